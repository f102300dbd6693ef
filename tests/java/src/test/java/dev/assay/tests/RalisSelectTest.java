package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.experiment.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code assay select --strategy ralis}: an experiment's picks again, from files alone. */
class RalisSelectTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASS_MAP =
      "{pavement: sidewalk, tree: vegetation, sign: traffic sign, pedestrian: person,"
          + " bicyclist: '-'}";

  @TempDir static Path folder;
  private static RalisWorld world;
  private static RunDirectory run;
  private static Path policy;
  private static Path foreign;

  @TempDir Path scratch;
  private Path out;

  /** Trains a policy, chooses two rounds with it, and scores with the weights after round 0. */
  @BeforeAll
  static void experiment() throws IOException {
    world = new RalisWorld(folder);
    run = world.run("run");
    policy = run.root().resolve("policy/policy.safetensors");
    foreign = world.foreignPolicy();
    world.score(run.round("ralis", 1, 0).checkpoint());
  }

  @BeforeEach
  void output() {
    out = scratch.resolve("selection.json");
  }

  private Golden.Call select(Path policyFile, int budget, String... more) {
    return select("--policy", policyFile, budget, more);
  }

  /** With one option's file exchanged. */
  private Golden.Call select(String option, Path file, int budget, String... more) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("--features", folder.resolve("pool"));
    files.put("--policy", policy);
    files.put("--state", folder.resolve("state"));
    files.put(option, file);
    List<String> args = new ArrayList<>(List.of("select", "--strategy", "ralis"));
    files.forEach((name, value) -> args.addAll(List.of(name, value.toString())));
    args.addAll(List.of("--budget", Integer.toString(budget), "--out", out.toString()));
    args.addAll(Arrays.asList(more));
    return Golden.assay(args.toArray(String[]::new));
  }

  private JsonNode selected(Path policyFile, String... more) throws IOException {
    Golden.Call call = select(policyFile, 3, more);
    assertEquals(0, call.exitCode(), call.err());
    return JSON.readTree(out.toFile());
  }

  private void assertSamePicks(Path expected, JsonNode found) throws IOException {
    JsonNode picks = JSON.readTree(expected.toFile()).get("regions");
    assertEquals(3, picks.size());
    assertEquals(picks.size(), found.get("regions").size());
    for (int k = 0; k < picks.size(); k++) {
      JsonNode a = picks.get(k);
      JsonNode b = found.get("regions").get(k);
      for (String key : List.of("image", "region", "x", "y", "w", "h")) {
        assertEquals(a.get(key), b.get(key), "pick " + k + " " + key);
      }
      for (String part : List.of("q", "pool_mean_q")) {
        double q = a.get("parts").get(part).asDouble();
        assertEquals(q, b.get("parts").get(part).asDouble(), 1e-4 * (1 + Math.abs(q)), part);
      }
    }
  }

  @Test
  void picksAreTheExperimentsWithNothingLabelled() throws IOException {
    Path none = run.round("ralis", 1, 0).selection();
    JsonNode selection = selected(policy, "--labelled", none.toString());
    assertEquals(1, selection.get("round").asInt());
    assertEquals("ralis", selection.get("strategy").asText());
    assertEquals(policy.toString(), selection.get("policy").asText());
    assertSamePicks(run.round("ralis", 1, 1).selection(), selection);
  }

  /** True classes of labelled regions come from the run's selection. */
  @Test
  void picksAreTheExperimentsWithLabelledRegions() throws IOException {
    world.score(run.round("ralis", 1, 1).checkpoint());
    try {
      Path first = run.round("ralis", 1, 1).selection();
      Golden.Call call = select(policy, 3, "--labelled", first.toString(), "--explain");
      assertEquals(0, call.exitCode(), call.err());
      JsonNode selection = JSON.readTree(out.toFile());
      assertEquals(3, selection.get("labelled").asInt());
      assertSamePicks(run.round("ralis", 1, 2).selection(), selection);
      JsonNode why = selection.get("regions").get(0).get("why");
      assertTrue(why.get("score_percentile").asDouble() >= 100.0 * 3 / 12 - 1e-9, why.toString());
      assertTrue(selection.get("runner_up").get("score").isNumber());
      assertTrue(call.err().contains("pool_mean_q"), call.err());
      assertFalse(call.err().contains("WARN"), call.err());
    } finally {
      world.score(run.round("ralis", 1, 0).checkpoint());
    }
  }

  /** A policy of 19 classes and 17 state regions, in an experiment and from files. */
  @Test
  void foreignPoliciesPickTheSameInBoth() throws IOException {
    RunDirectory other =
        world.run(
            "foreign",
            "policy.file=" + foreign,
            "policy.resample_state=true",
            "policy.class_map=" + CLASS_MAP);
    Path map = scratch.resolve("map.csv");
    Files.writeString(
        map,
        """
        # by hand
        pavement,sidewalk
        tree, vegetation
        sign,traffic sign

        pedestrian,person
        bicyclist,-
        """);
    Path none = other.round("ralis", 1, 0).selection();
    JsonNode selection =
        selected(
            foreign,
            "--resample-state",
            "--class-map",
            map.toString(),
            "--labelled",
            none.toString());
    assertSamePicks(other.round("ralis", 1, 1).selection(), selection);
  }

  @Test
  void regionsWithoutTrueClassesAreTakenAsPredictedAndSaidSo() throws IOException {
    Path lines = scratch.resolve("labelled.txt");
    String image = world.imageNames().get(0);
    Files.writeString(lines, "image,x,y\n" + image + ",0,0\nelsewhere,0,0\n");
    Golden.Call call = select(policy, 3, "--labelled", lines.toString());
    assertEquals(0, call.exitCode(), call.err());
    assertTrue(
        call.err().contains("WARN 1 labelled region(s) come without true_class_pixels"),
        call.err());
    assertTrue(call.err().contains("WARN 1 labelled region(s) with neither"), call.err());
    List<Double> withLabels = values(JSON.readTree(out.toFile()));
    assertNotEquals(withLabels, values(selected(policy)));
  }

  private static List<Double> values(JsonNode selection) {
    List<Double> values = new ArrayList<>();
    selection.get("regions").forEach(region -> values.add(region.get("score").asDouble()));
    return values;
  }

  @Test
  void poolsAreThePolicysUnlessGivenAndShareNoRegion() throws IOException {
    assertTrue(select(policy, 3).err().contains("3 pool(s) of 4 region(s)"));
    assertTrue(select(policy, 3, "--pool", "7").err().contains("3 pool(s) of 7 region(s)"));
    int all = RalisWorld.POOL_IMAGES * RalisWorld.REGIONS_PER_IMAGE;
    Golden.Call call = select(policy, all + 1);
    assertEquals(0, call.exitCode(), call.err());
    assertTrue(call.err().contains(all + " pool(s) of 1 region(s)"), call.err());
    assertTrue(call.err().contains("only " + all + " region(s) were left"), call.err());
    assertEquals(all, call.out().lines().skip(1).map(l -> l.split("\t", 2)[1]).distinct().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--policy     | absent.safetensors | 3 | absent.safetensors",
        "--policy     | pool.npy           | 3 | pool.npy",
        "--state      | absent             | 3 | found no such file, expected a signal table",
        "--state      | pool               | 3 | found 36 regions, expected the 24 that",
        "--class-map  | absent.csv         | 3 | absent.csv",
        "--class-map  | split.json         | 3 | split.json:1: found",
        "--features   | thin               | 3 | one named class_histogram",
        "--policy     | foreign.safetensors| 3 | the policy has no classes [pavement, tree, sign"
      })
  void wrongFilesAreNamed(String option, String file, int code, String message) {
    Golden.assay(
        "score",
        folder.resolve("pool.npy").toString(),
        "--region",
        "16x16",
        "--signals",
        "entropy_mean",
        "--force",
        "--out",
        folder.resolve("thin").toString());
    Golden.Call call = select(option, folder.resolve(file), 3);
    assertEquals(code, call.exitCode(), call.err());
    assertTrue(call.err().contains(message), call.err());
    assertFalse(Files.exists(out));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ralis         |                | found no --policy",
        "ralis         | --policy x     | found no --state",
        "power:ralis   |                | ralis takes no modifiers",
        "entropy       | --policy x     | found with --strategy entropy, expected with ralis",
        "ralis         | --policy x --state y --set k=3 | --set: found [k], expected none",
        "ralis         | --policy x --state y --pool 0  | --pool 0 must be >= 1",
      })
  void usageErrors(String strategy, String more, String message) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "select",
                "--features",
                folder.resolve("pool").toString(),
                "--strategy",
                strategy,
                "--budget",
                "3",
                "--out",
                out.toString()));
    if (more != null) {
      args.addAll(List.of(more.split(" ", -1)));
    }
    Golden.Call call = Golden.assay(args.toArray(String[]::new));
    assertEquals(2, call.exitCode(), call.err());
    assertTrue(call.err().contains(message), call.err());
  }

  /** The notes lie in the header's JSON, where an edit of the same length leaves the rest whole. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"state_regions\"      | \"state_region_\"      | has no note state_regions",
        "assay-policy-1         | assay-policy-9         | note format is assay-policy-9",
        "\"features\":\"204\"   | \"features\":\"205\"   | conv1.weight is [512, 204, 1], expected [512, 205, 1]",
        "\"state_regions\":\"24\" | \"state_regions\":\"99\" | linear_s.weight is [128, 24], expected [128, 99]",
        "\"class_count\":\"11\" | \"class_count\":\"12\" | note class_count is 12, expected 11",
        "entropy_avg            | entropy_avh            | entropy_avh:64, expected one of",
        "none: pixel counts     | some: pixel counts     | normalisation is 'some: pixel counts",
        "[\\\"sky\\\"           | {\\\"sky\\\"           | expected a JSON array of strings",
        "provenance.pool_size   | provenance.pool_sise   | --pool: found none, and none in"
      })
  void damagedNotesAreNamed(String from, String to, String message) throws IOException {
    byte[] bytes = Files.readAllBytes(policy);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(from), from);
    Path damaged = scratch.resolve("damaged.safetensors");
    Files.write(damaged, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    Golden.Call call = select(damaged, 3);
    assertTrue(call.exitCode() == 3 || call.exitCode() == 2, call.err());
    assertTrue(call.err().contains(message), call.err());
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 5));
    assertEquals(3, select(damaged, 3).exitCode());
    assertFalse(Files.exists(out));
  }
}
