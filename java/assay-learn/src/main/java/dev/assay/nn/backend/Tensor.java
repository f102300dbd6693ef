package dev.assay.nn.backend;

/**
 * A place for values that operations read and write: a shape, an element type and, once memory is
 * planned, an address. A view: the arena or store that set the address owns the memory.
 */
public final class Tensor {
  private final String name;
  private final Shape shape;
  private final ElementType type;
  private long address;

  /** A dense NHWC activation without memory yet. */
  public Tensor(String name, Shape shape, ElementType type) {
    this.name = name;
    this.shape = shape;
    this.type = type;
  }

  /** {@code count} elements in a row: a parameter, a statistic or a workspace. */
  public static Tensor vector(String name, long count, ElementType type) {
    return new Tensor(name, new Shape(1, 1, 1, Math.toIntExact(count)), type);
  }

  /** What the tensor holds; appears in error messages. */
  public String name() {
    return name;
  }

  /** Shape in elements. */
  public Shape shape() {
    return shape;
  }

  /** Element type. */
  public ElementType type() {
    return type;
  }

  /** Size in bytes. */
  public long bytes() {
    return shape.elements() * type.bytes();
  }

  /** Address of the first element. */
  public long address() {
    if (address == 0) {
      throw new IllegalStateException("tensor " + name + " " + shape + " has no memory yet");
    }
    return address;
  }

  /** Sets the address; called by the owner of the memory. */
  public void place(long where) {
    this.address = where;
  }

  @Override
  public String toString() {
    return name + " " + shape + " " + type;
  }
}
