package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where curl's requests to a Service go is what an HTTPRoute of the mesh's file says, in HTTP/1.1 and HTTP/2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RoutesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Path directory;
    private String programs;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-routes-");
        Shell.run("chmod", "755", directory.toString()).ok();
        programs = Yaml.file(
                Yaml.idle("web"),
                Yaml.workload("api", Programs.nginxThatTells(directory, 8080), "ports: [{name: http, port: 8080}]"),
                Yaml.workload("canary", Programs.nginx(directory, 8080), "ports: [{name: http, port: 8080}]"),
                Yaml.service("api", 80, 8080),
                Yaml.service("canary", 80, 8080));
        mesh = Mesh.up(programs);
        Eventually.within(LIMIT, () -> assertThat(curl("/")).startsWith("HTTP/1.1 / by "));
        Eventually.within(
                LIMIT,
                () -> mesh.exec("shop/web", "curl", "-sf", "-m", "5", "http://canary.shop/")
                        .ok());
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    private static String route(String more) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api, namespace: shop}
                spec:
                  parentRefs: [{group: "", kind: Service, name: api, port: 80}]
                  rules:
                  - matches: [{headers: [{name: x-canary, value: "yes"}]}]
                    backendRefs: [{name: canary, port: 80}]
                  - matches: [{path: {type: PathPrefix, value: /v1}}]
                    filters:
                    - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}
                    backendRefs: [{name: api, port: 80}]
                  - matches: [{path: {value: /moved}}]
                    filters:
                    - {type: RequestRedirect, requestRedirect: {hostname: elsewhere.example, statusCode: 301}}
                """ + more;
    }

    private String curl(String path, String... more) throws Exception {
        return mesh.exec(
                        "shop/web",
                        Stream.of(new String[] {"curl", "-s", "-m", "20"}, more, new String[] {"http://api.shop" + path
                                })
                                .flatMap(Arrays::stream)
                                .toArray(String[]::new))
                .out();
    }

    @Test
    void requestsGoAsTheRouteSaysWhileItIsThere() throws Exception {
        mesh.write(programs + "---\n" + route(""));
        Eventually.within(
                LIMIT, () -> assertThat(curl("/", "-H", "x-canary: yes")).isEqualTo("hello from nginx\n"));
        for (String version : new String[] {"--http1.1", "--http2-prior-knowledge"}) {
            assertThat(curl("/v1/a?b=c", version)).as(version).contains(" /new/a?b=c by ");
            assertThat(curl("/moved", version, "-D", "-", "-o", "/dev/null"))
                    .as(version)
                    .contains(" 301")
                    .containsIgnoringCase("location: http://elsewhere.example/moved");
            assertThat(curl("/other", version, "-D", "-", "-o", "/dev/null"))
                    .as(version)
                    .contains(" 404")
                    .containsIgnoringCase("weft-code: WEFT-H050");
        }
        mesh.write(programs + "---\n" + route("  - backendRefs: [{name: api, port: 80}]\n"));
        Eventually.within(LIMIT, () -> assertThat(curl("/other")).startsWith("HTTP/1.1 /other by "));
        assertThat(curl("/", "-H", "x-canary: yes")).isEqualTo("hello from nginx\n");
        mesh.write(programs);
        Eventually.within(LIMIT, () -> assertThat(curl("/v1/a")).startsWith("HTTP/1.1 /v1/a by "));
    }
}
