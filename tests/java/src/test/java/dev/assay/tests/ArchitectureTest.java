package dev.assay.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.assay.kernel.PixelSignals;
import dev.assay.kernel.RegionSignals;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Dependencies point one way: scorer <- learn <- cli, and libraries stay behind their back ends.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.assay");
  private static final String[] SCORER = {
    "dev.assay.memory..",
    "dev.assay.device..",
    "dev.assay.kernel..",
    "dev.assay.score..",
    "dev.assay.select.."
  };
  private static final String[] LEARN = {
    "dev.assay.format..",
    "dev.assay.data..",
    "dev.assay.nn..",
    "dev.assay.model..",
    "dev.assay.rl..",
    "dev.assay.experiment..",
    "dev.assay.report.."
  };
  private static final String CLI = "dev.assay.cli..";

  @Test
  void theScorerSeesOnlyItself() {
    noClasses()
        .that()
        .resideInAnyPackage(SCORER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(concat(LEARN, CLI))
        .check(CLASSES);
  }

  @Test
  void learnDoesNotSeeTheCommandLine() {
    noClasses()
        .that()
        .resideInAnyPackage(LEARN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLI)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.assay.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void javaCppStaysInsideTheBackEnds() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.assay.kernel..", "dev.assay.nn.backend..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void jcudaStaysWithTheDevice() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.assay.device..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jcuda..")
        .check(CLASSES);
  }

  @Test
  void onlyBackEndsKnowTheirLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.assay.nn.backend..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.assay.nn.backend.onednn..", "dev.assay.nn.backend.cudnn..")
        .check(CLASSES);
  }

  @Test
  void theLearningLoopScoresThroughThePublicEntry() {
    noClasses()
        .that()
        .resideInAPackage("dev.assay.experiment..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(RegionSignals.class, PixelSignals.class)
        .check(CLASSES);
  }

  @Test
  void noPublicSignatureNamesAnotherLibrarysTypes() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(
            resideInAPackage("dev.assay..")
                .and(DescribedPredicate.describe("public", ArchitectureTest::isPublic)))
        .should(notNameBoundLibraries())
        .check(CLASSES);
  }

  private static boolean isPublic(JavaClass type) {
    return modifier(JavaModifier.PUBLIC).test(type);
  }

  private static ArchCondition<JavaMethod> notNameBoundLibraries() {
    return new ArchCondition<>("not name org.bytedeco or jcuda types") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
            .filter(
                type ->
                    type.getPackageName().startsWith("org.bytedeco")
                        || type.getPackageName().startsWith("jcuda"))
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " names " + type.getName())));
      }
    };
  }

  private static String[] concat(String[] first, String... second) {
    return Stream.concat(Stream.of(first), Stream.of(second)).toArray(String[]::new);
  }
}
