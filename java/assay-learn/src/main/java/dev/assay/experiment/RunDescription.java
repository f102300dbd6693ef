package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.ImagePack;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/** The content of {@code run.json}; the keys are listed at {@link RunDirectory}. */
final class RunDescription {
  private RunDescription() {}

  static Map<String, Object> of(Workbench bench, String status) {
    ExperimentConfig config = bench.config();
    RegionGrid grid = bench.grid();
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("name", config.name());
    run.put("status", status);
    run.put("protocol", config.protocol().kind());
    run.put("classes", classes(bench.data().classes()));
    run.put("image", size(grid.imageWidth(), grid.imageHeight()));
    run.put("region", size(grid.width(), grid.height()));
    run.put(
        "grid",
        Map.of("columns", grid.columns(), "rows", grid.rows(), "per_image", grid.perImage()));
    run.put(
        "candidates",
        Map.of("images", bench.candidates().length, "regions", bench.candidateRegions()));
    run.put("pool_class_pixels", bench.poolClassPixels());
    run.put("budget_regions", config.protocol().budgetRegions());
    run.put("regions_per_round", config.protocol().regionsPerRound());
    run.put("rounds", config.protocol().rounds());
    run.put("strategies", config.arms());
    run.put("seeds", config.seeds());
    run.put("dataset", dataset(bench));
    run.put("data_checksum", dataChecksum(bench));
    run.put("config", ConfigFiles.toYaml(config));
    return run;
  }

  private static List<Map<String, String>> classes(ClassSet classes) {
    List<Map<String, String>> list = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("name", classes.className(c));
      entry.put("colour", String.format(Locale.ROOT, "#%06x", classes.rgb(c)));
      list.add(entry);
    }
    return list;
  }

  private static Map<String, Integer> size(int width, int height) {
    Map<String, Integer> size = new LinkedHashMap<>();
    size.put("width", width);
    size.put("height", height);
    return size;
  }

  private static Map<String, Object> dataset(Workbench bench) {
    DataConfig data = bench.config().data();
    Map<String, Object> dataset = new LinkedHashMap<>();
    dataset.put("source", data.source());
    if (data.source().equals("synthetic")) {
      dataset.put("seed", data.seed());
      dataset.put("classes", data.classes());
    } else {
      dataset.put("path", data.path());
    }
    for (Split split : Split.values()) {
      dataset.put(split.key() + "_images", bench.pack(split).size());
      dataset.put(split.key() + "_pack", bench.pack(split).file().toString());
    }
    return dataset;
  }

  /** CRC-32C over names, sizes and labels of all splits, as eight hexadecimal digits. */
  static String dataChecksum(Workbench bench) {
    CRC32C checksum = new CRC32C();
    for (Split split : Split.values()) {
      ImagePack pack = bench.pack(split);
      byte[] labels = new byte[0];
      for (int i = 0; i < pack.size(); i++) {
        String line = pack.id(i) + " " + pack.width(i) + " " + pack.height(i) + "\n";
        checksum.update(line.getBytes(StandardCharsets.UTF_8));
        int pixels = pack.width(i) * pack.height(i);
        labels = labels.length == pixels ? labels : new byte[pixels];
        pack.labels(i).getBytes(0, labels);
        checksum.update(labels);
      }
    }
    return String.format(Locale.ROOT, "%08x", checksum.getValue());
  }
}
