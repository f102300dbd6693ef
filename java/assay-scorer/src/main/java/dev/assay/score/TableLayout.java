package dev.assay.score;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a signal table holds, known before its first row.
 *
 * @param regions number of rows
 * @param regionWidth width of every region in pixels
 * @param regionHeight height of every region in pixels
 * @param grid pooled cells per side of a region
 * @param classes number of classes
 * @param classNames their names, or none
 * @param images names of the images, which the first column numbers
 * @param columns all columns in the file's order; the place of a region (image, x, y) comes first
 *     and is added where it is missing
 */
public record TableLayout(
    int regions,
    int regionWidth,
    int regionHeight,
    int grid,
    int classes,
    List<String> classNames,
    List<String> images,
    List<Column.Spec> columns) {
  private static final List<Column.Spec> PLACE =
      List.of(
          new Column.Spec(Column.IMAGE, Column.Type.I32, 1),
          new Column.Spec(Column.X, Column.Type.I32, 1),
          new Column.Spec(Column.Y, Column.Type.I32, 1));

  /** Copies the lists and checks that sizes are positive and names unique. */
  public TableLayout {
    requireAtLeast("regions", regions, 0);
    requireAtLeast("regionWidth", regionWidth, 1);
    requireAtLeast("regionHeight", regionHeight, 1);
    requireAtLeast("grid", grid, 1);
    requireAtLeast("classes", classes, 1);
    classNames = List.copyOf(classNames);
    images = List.copyOf(images);
    columns = withPlace(columns);
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new IllegalArgumentException(
          classNames.size() + " class names must be none or classes=" + classes);
    }
  }

  private static List<Column.Spec> withPlace(List<Column.Spec> columns) {
    List<Column.Spec> all = new ArrayList<>(PLACE);
    columns.stream().filter(c -> !PLACE.contains(c)).forEach(all::add);
    Set<String> names = new HashSet<>();
    for (Column.Spec column : all) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("column " + column + " must have a name of its own");
      }
    }
    return List.copyOf(all);
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= " + least);
    }
  }
}
