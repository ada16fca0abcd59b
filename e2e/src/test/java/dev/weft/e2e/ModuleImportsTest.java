package dev.weft.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.weft.daemon.json.Json;
import java.io.File;
import org.junit.jupiter.api.Test;

/** The house's one-way imports. */
final class ModuleImportsTest {

    private static final JavaClasses WEFT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.weft");

    @Test
    void theCoreKnowsNoNetworkAndNoCluster() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.weft.identity..", "dev.weft.policy..", "dev.weft.mesh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.grpc..", "io.fabric8..", "java.net.http..")
                .because("identity, policy and the model of the mesh are decided by tests without a network")
                .check(WEFT);
    }

    @Test
    void theMeshKnowsNoFiles() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.mesh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "org.snakeyaml..", "tools.jackson..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(File.class)
                .because("a mesh's objects may come from files, from Kubernetes or from a test")
                .check(WEFT);
    }

    @Test
    void theControlPlaneWorksOverARegistryOfAnyKind() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.control..")
                .and()
                .doNotHaveSimpleName("FileHome")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.weft.files.registry..")
                .because("one place opens the registry, and whoever uses it must not know what it is made of")
                .check(WEFT);
    }

    @Test
    void explanationsNeedNoControlPlane() {
        String[] pure = {
            "dev.weft.control.explain..",
            "dev.weft.control.analyze..",
            "dev.weft.control.compile..",
            "dev.weft.control.refusal.."
        };
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.weft.cli.explain..", "dev.weft.control.explain..", "dev.weft.control.analyze..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.weft.control..").and(resideOutsideOfPackages(pure)))
                .because("what the objects of a mesh mean is explained without a mesh that runs")
                .check(WEFT);
    }

    @Test
    void proxyAndControlPlaneNeverImportEachOther() {
        imports("dev.weft.proxy..", "dev.weft.control..");
        imports("dev.weft.control..", "dev.weft.proxy..");
    }

    @Test
    void importsGoOneWay() {
        imports("dev.weft.api..", "dev.weft.identity..");
        imports("dev.weft.api..", "dev.weft.policy..");
        imports("dev.weft.api..", "dev.weft.mesh..");
        imports("dev.weft.identity..", "dev.weft.policy..");
        imports("dev.weft.identity..", "dev.weft.mesh..");
        imports("dev.weft.policy..", "dev.weft.mesh..");
        imports("dev.weft.mesh..", "dev.weft.files..");
        imports("dev.weft.proxy..", "dev.weft.files..");
        imports("dev.weft.files..", "dev.weft.proxy..");
        imports("dev.weft.files..", "dev.weft.control..");
        imports("dev.weft.files..", "dev.weft.local..");
        imports("dev.weft.files..", "dev.weft.cli..");
        imports("dev.weft.identity..", "dev.weft.daemon..");
        imports("dev.weft.policy..", "dev.weft.daemon..");
        imports("dev.weft.mesh..", "dev.weft.daemon..");
        imports("dev.weft.daemon..", "dev.weft.mesh..");
        imports("dev.weft.daemon..", "dev.weft.files..");
        for (String upper :
                new String[] {"dev.weft.proxy..", "dev.weft.control..", "dev.weft.local..", "dev.weft.cli.."}) {
            imports("dev.weft.identity..", upper);
            imports("dev.weft.policy..", upper);
            imports("dev.weft.mesh..", upper);
            imports("dev.weft.daemon..", upper);
        }
        for (String lower : new String[] {"dev.weft.proxy..", "dev.weft.control..", "dev.weft.files.."}) {
            imports(lower, "dev.weft.local..");
            imports(lower, "dev.weft.kubernetes..");
            imports(lower, "dev.weft.cli..");
        }
        imports("dev.weft.local..", "dev.weft.cli..");
        imports("dev.weft.local..", "dev.weft.kubernetes..");
        imports("dev.weft.kubernetes..", "dev.weft.local..");
        imports("dev.weft.kubernetes..", "dev.weft.cli..");
    }

    @Test
    void oneModuleKnowsTheKubernetesApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.weft.kubernetes..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .because("the same control plane runs on Kubernetes and without it")
                .check(WEFT);
    }

    @Test
    void theProxyStaysLight() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.proxy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "org.bouncycastle..", "tools.jackson..", "org.snakeyaml..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Json.class)
                .because("each pod pays for the sidecar's memory and start")
                .check(WEFT);
    }

    private static void imports(String from, String never) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(never)
                .because("imports go cli → local, kubernetes → control → files → mesh, daemon → policy → identity →"
                        + " api; proxy → daemon, policy")
                .check(WEFT);
    }
}
