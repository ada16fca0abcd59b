package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.GoPrograms;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Resolvers of others ask the sidecar: dig, Go's own, and the C library's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NamesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** Sooner than any resolver's time-out. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    /** What the mesh does not run is in no hosts file. */
    private static final String FAR = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: far, namespace: shop}
            spec: {addresses: [10.244.200.77], ports: [{port: 9000}]}
            """;

    private Path directory;
    private Mesh mesh;
    private String web;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-names-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("client"),
                Yaml.idle("outsider", "meshed: false"),
                Yaml.workload("nginx", Programs.nginx(directory, 8080), "ports: [{name: http, port: 8080}]"),
                Yaml.service("web", 80, 8080).replace("{app: web}", "{app: nginx}"),
                FAR));
        web = service("web");
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void digFindsEveryFormOfANameByUdpAndByTcp() throws Exception {
        for (String form :
                List.of("web.shop", "web.shop.svc", "web.shop.svc.cluster.local", "web.shop.cluster.local")) {
            assertThat(dig("+short", form)).as(form).isEqualTo(web);
            assertThat(dig("+short", "+tcp", form)).as(form).isEqualTo(web);
        }
        assertThat(dig("+short", "+search", "web")).isEqualTo(web);
        assertThat(dig("+short", "-x", web)).isEqualTo("web.shop.svc.cluster.local.");
        callsOn();
    }

    @Test
    void digIsToldAtOnceThatThereIsNothing() throws Exception {
        for (String name : List.of("nosuch.shop.svc.cluster.local", "example.com", "www.example.com")) {
            Eventually.takesLessThan(AT_ONCE, () -> {
                Ran ran = mesh.timed("shop/client", "dig", name);
                assertThat(ran.ok().out()).contains("status: NXDOMAIN").contains("SOA");
                return ran.took();
            });
        }
        assertThat(mesh.exec("shop/client", "dig", "AAAA", "nginx.shop.svc.cluster.local", "+noall", "+comments")
                        .ok()
                        .out())
                .contains("status: NOERROR");
        callsOn();
    }

    @Test
    void aStaticProgramResolves() throws Exception {
        Path lookup = GoPrograms.build(directory, "lookup");
        Eventually.within(
                SOON,
                () -> assertThat(mesh.exec(
                                        "shop/client",
                                        lookup.toString(),
                                        "far.shop.svc.cluster.local.",
                                        "far",
                                        "nosuch.shop",
                                        "www.example.com")
                                .ok()
                                .out()
                                .lines())
                        .containsExactly(
                                "far.shop.svc.cluster.local. 10.244.200.77 soon questions: true",
                                "far 10.244.200.77 soon questions: true",
                                "nosuch.shop nothing soon questions: true",
                                "www.example.com nothing soon questions: true"));
    }

    @Test
    void theLibraryOfCResolves() throws Exception {
        assertThat(mesh.exec("shop/client", "getent", "ahostsv4", "far").ok().out())
                .startsWith("10.244.200.77");
        isToldAtOnce("shop/client");
    }

    @Test
    void aNewServiceHasItsNameAtOnceAlthoughItWasAskedForBefore() throws Exception {
        assertThat(dig("+short", "later.shop.svc.cluster.local")).isEmpty();
        String before = Files.readString(mesh.file());
        mesh.write(before + "---\n" + Yaml.service("later", 80, 8080).replace("{app: later}", "{app: nginx}"));
        Eventually.within(
                SOON,
                () -> assertThat(dig("+short", "later.shop.svc.cluster.local")).isEqualTo(service("later")));
        mesh.write(before);
        Eventually.within(
                SOON,
                () -> assertThat(dig("+short", "later.shop.svc.cluster.local")).isEmpty());
    }

    @Test
    void aWorkloadWithoutASidecarKeepsItsNamesAndWaitsForNobody() throws Exception {
        assertThat(mesh.exec("shop/outsider", "getent", "hosts", "web.shop")
                        .ok()
                        .out())
                .startsWith(web);
        isToldAtOnce("shop/outsider");
    }

    /** That a name is nobody's. */
    private void isToldAtOnce(String workload) throws Exception {
        Eventually.takesLessThan(
                AT_ONCE,
                () -> mesh.timed(workload, "getent", "hosts", "www.example.com")
                        .failed()
                        .took());
    }

    private void callsOn() throws Exception {
        Eventually.within(
                SOON,
                () -> assertThat(mesh.exec("shop/client", "curl", "-sS", "-m", "5", "http://web.shop/")
                                .ok()
                                .out())
                        .isEqualTo("hello from nginx\n"));
    }

    private String dig(String... arguments) throws Exception {
        String[] line = new String[arguments.length + 1];
        line[0] = "dig";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return mesh.exec("shop/client", line).ok().out().strip();
    }

    private String service(String name) throws Exception {
        for (JsonNode service : mesh.json("ps").path("services")) {
            if (service.path("name").asString().equals(name)) {
                return service.path("addresses").path(0).asString();
            }
        }
        throw new AssertionError("no service " + name);
    }
}
