package dev.assay.data;

/**
 * The three packs of a data set, which it owns.
 *
 * @param name for reports
 * @param classes what the labels mean
 * @param train images whose labels an oracle may reveal
 * @param val images to choose settings with
 * @param test images to measure with
 */
public record DataSet(String name, ClassSet classes, ImagePack train, ImagePack val, ImagePack test)
    implements AutoCloseable {
  @Override
  public void close() {
    train.close();
    val.close();
    test.close();
  }
}
