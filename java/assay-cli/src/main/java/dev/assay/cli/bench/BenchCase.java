package dev.assay.cli.bench;

import dev.assay.format.NdArray;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One line of the table.
 *
 * @param kernel the name that {@code assay kernel} knows
 * @param shape what tells this case from the kernel's others
 * @param settings as {@code --set} would give them
 * @param arrays makes the inputs, called as {@code assay kernel} calls them
 */
public record BenchCase(
    String kernel, String shape, Map<String, String> settings, Supplier<List<NdArray>> arrays) {}
