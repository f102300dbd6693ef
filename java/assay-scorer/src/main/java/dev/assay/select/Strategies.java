package dev.assay.select;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The strategies by name, and the modifiers that act on the scored ones. A strategy is asked for in
 * words, {@code modifier(key=value):...:name(key=value)}; settings may be left out:
 *
 * <pre>
 * entropy                          the largest entropy
 * power(beta=2):entropy            with noise
 * clasp:power:entropy              two thirds of that spread over the predicted classes
 * spread(distance=256):margin      picks of an image at least 256 pixels apart
 * facility_location(similarity=euclidean)
 * </pre>
 *
 * The modifiers {@code clasp} and {@code spread} come first, and one of them at most.
 */
public final class Strategies {
  private static final double LARGEST = 1e9;

  /** How a strategy or modifier is made, and the settings it takes. */
  private record Maker(List<String> settings, Function<Specification, Strategy> make) {}

  private static final Map<String, Maker> BY_NAME = new TreeMap<>();
  private static final Map<String, Maker> MODIFIERS = new TreeMap<>();

  static {
    plain(new RandomStrategy());
    plain(new ClassAwareRandomStrategy());
    plain(new EntropyStrategy());
    plain(new MarginStrategy());
    plain(new LeastConfidenceStrategy());
    plain(new BaldStrategy());
    plain(new EqualStrategy());
    plain(new RipuStrategy());
    plain(new CoresetStrategy());
    plain(new KMeansPlusPlusStrategy());
    plain(new BadgeStrategy());
    BY_NAME.put(
        "class_weighted_margin",
        new Maker(
            List.of("k"), s -> new ClassWeightedMarginStrategy(s.number("k", 6, 0, LARGEST))));
    BY_NAME.put(
        "cdal_cs",
        new Maker(List.of("form"), s -> new CdalStrategy(s.word("form", "sum", "mean"))));
    BY_NAME.put(
        "facility_location",
        new Maker(
            List.of("similarity"),
            s -> new FacilityLocationStrategy(s.word("similarity", "cosine", "euclidean"))));
    BY_NAME.put(
        "typiclust",
        new Maker(
            List.of("clusters", "neighbours"),
            s ->
                new TypiClustStrategy(
                    s.integer("clusters", 500, 1, 1_000_000),
                    s.integer("neighbours", 20, 1, 1_000_000))));
    for (NoiseStrategy.Form form : NoiseStrategy.Form.values()) {
      MODIFIERS.put(
          form.key(),
          new Maker(
              List.of("beta"),
              s -> new NoiseStrategy(form, s.number("beta", 1, 1 / LARGEST, LARGEST), scored(s))));
    }
    MODIFIERS.put(
        "clasp",
        new Maker(
            List.of("share"),
            s -> new StratifiedStrategy(s.number("share", 0.66, 0, 1), scored(s))));
    MODIFIERS.put("spread", new Maker(List.of("distance", "iou"), Strategies::spread));
  }

  private Strategies() {}

  private static void plain(Strategy strategy) {
    BY_NAME.put(strategy.name(), new Maker(List.of(), specification -> strategy));
  }

  private static Strategy spread(Specification s) {
    double distance = s.number("distance", 0, 1 / LARGEST, LARGEST);
    double iou = s.number("iou", 2, 1 / LARGEST, 1);
    if (s.values().size() != 1) {
      throw new IllegalArgumentException("spread must have either distance=PIXELS or iou=SHARE");
    }
    return new SpreadStrategy(distance, iou, scored(s));
  }

  /** What a modifier acts on. */
  private static ScoredStrategy scored(Specification modifier) {
    if (make(modifier.inner()) instanceof ScoredStrategy scored) {
      return scored;
    }
    throw new IllegalArgumentException(
        modifier.name()
            + " acts on strategies that score each region by itself; "
            + modifier.inner().name()
            + " does not");
  }

  /** The names of all strategies, sorted; modifiers are not among them. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /** The names of all modifiers, sorted. */
  public static List<String> modifiers() {
    return List.copyOf(MODIFIERS.keySet());
  }

  /**
   * Makes the strategy that a specification asks for.
   *
   * @throws IllegalArgumentException naming what is known if a name or setting is not
   */
  public static Strategy named(String specification) {
    return make(Specification.parse(specification));
  }

  /**
   * The same with more settings, each for the first part of the specification that knows it.
   *
   * @throws IllegalArgumentException also if no part knows a setting
   */
  public static Strategy named(String specification, Map<String, String> settings) {
    Specification parsed = Specification.parse(specification);
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      parsed = with(parsed, setting.getKey(), setting.getValue());
    }
    return make(parsed);
  }

  private static Specification with(Specification part, String key, String value) {
    if (maker(part).settings().contains(key)) {
      return part.with(key, value);
    }
    if (part.inner() == null) {
      throw new IllegalArgumentException(
          "setting " + key + "=" + value + " must be known to a part of the strategy");
    }
    return new Specification(part.name(), part.values(), with(part.inner(), key, value));
  }

  private static Strategy make(Specification specification) {
    Maker maker = maker(specification);
    specification.allow(maker.settings());
    return maker.make().apply(specification);
  }

  private static Maker maker(Specification specification) {
    boolean modifier = specification.inner() != null;
    Map<String, Maker> known = modifier ? MODIFIERS : BY_NAME;
    Maker maker = known.get(specification.name());
    if (maker == null) {
      throw new IllegalArgumentException(
          (modifier ? "modifier '" : "strategy '")
              + specification.name()
              + "' must be one of "
              + String.join(", ", known.keySet()));
    }
    return maker;
  }
}
