package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.AskedMeshRun.Ended;
import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weft routes} over a mesh file, and of a control plane. */
final class RoutesCommandTest {

    private static final String OBJECTS = """
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, clusterIP: 10.96.0.1, ports: [{name: http, port: 80}, {name: tcp-raw, port: 81}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: canary, namespace: shop}
            spec: {selector: {app: canary}, clusterIP: 10.96.0.2, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: plain, namespace: other}
            spec: {selector: {app: plain}, clusterIP: 10.96.0.3, ports: [{port: 80}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: api, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: api}]
              rules:
              - name: canary
                matches: [{headers: [{name: x-canary, value: "yes"}]}]
                backendRefs: [{name: canary, port: 80}]
              - matches: [{path: {type: PathPrefix, value: /orders}, method: GET, queryParams: [{name: kind, value: new}]}]
                backendRefs: [{name: api, port: 80, weight: 9}, {name: canary, port: 80, weight: 1}]
                timeouts: {request: 10s, backendRequest: 2s}
                retry: {codes: [502, 503], attempts: 2}
              - matches: [{path: {type: Exact, value: /old}}]
                filters: [{type: RequestRedirect, requestRedirect: {hostname: new.example, statusCode: 301}}]
              - matches: [{path: {type: Exact, value: /lost}}]
                backendRefs: [{name: canary, port: 99}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: stray, namespace: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: gone}]
              rules: [{backendRefs: [{name: api, port: 80}]}]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AskedMeshRun mesh;

    @BeforeEach
    void write() throws IOException {
        mesh = new AskedMeshRun(folder, OBJECTS);
    }

    @Test
    void showsTheMatchesInTheOrderInWhichTheyAreTried() throws IOException {
        Ended ended = mesh.ofFile("routes", "api:80");
        assertThat(ended.out()).isEqualTo("""
                Service shop/api port 80 (http)
                #  MATCH                    GOES TO                    ROUTE               RULE                 TIMEOUT  DOES
                1  /old                     -                          HTTPRoute shop/api  3                          -  answers 301 to new.example
                2  /lost                    canary:99 !                HTTPRoute shop/api  4                          -  -
                3  GET /orders/* ?kind=new  api:80 90%, canary:80 10%  HTTPRoute shop/api  2       10s (2s per attempt)  tries again 2x after 502,503
                4  /* x-canary=yes          canary:80                  HTTPRoute shop/api  canary                     -  -
                ! HTTPRoute shop/api rule 4: Service shop/canary port 99 is not in the mesh, or has no such port, or no address: its share of the requests is answered with 500
                """);
        assertThat(ended.code()).isEqualTo(ExitCode.OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 140})
    void fitsTheTerminal(int columns) throws IOException {
        for (String[] words :
                new String[][] {{"routes"}, {"routes", "api:80", "--path", "/old", "--header", "x-canary=yes"}}) {
            Ended ended = mesh.ofFile(columns, words);
            assertThat(ended.out().lines()).isNotEmpty().allMatch(line -> line.length() <= columns, "fits");
            assertThat(ended.out()).contains("MATCH", "GOES TO", "api:80 90%, canary:80 10%");
        }
    }

    @Test
    void asksTheControlPlaneOfACluster() throws IOException {
        Ended file = mesh.ofFile("routes", "--path", "/old");
        Ended cluster = mesh.ofCluster("routes", "--path", "/old");
        assertThat(cluster.err()).isEmpty();
        assertThat(cluster).isEqualTo(file);
        assertThat(mesh.ofCluster("routes", "-o", "json")).isEqualTo(mesh.ofFile("routes", "-o", "json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--path /orders/7?kind=new | match 3",
                "--path /orders?a=b&kind=n%65w | match 3",
                "--path /orders?kind=old | no match",
                "--path /ordersx?kind=new | no match",
                "--path /orders?kind=new --method PUT | no match",
                "--path /orders?kind=new --header x-canary=yes | match 3",
                "--path /old --header X-Canary=yes | match 1",
                "--path /older --header X-Canary=yes | match 4",
                "--path /lost | match 2",
                "--grpc a.B/C --header x-canary=yes | match 4",
            })
    void saysWhichMatchARequestTakes(String request, String expected) throws IOException {
        Ended ended = mesh.ofFile(("routes api:80 " + request).split(" ", -1));
        assertThat(ended.out()).contains(expected.equals("no match") ? "fits no match" : " takes " + expected + ",");
        assertThat(ended.code()).isEqualTo(expected.equals("no match") ? ExitCode.FAILED : ExitCode.OK);
    }

    @Test
    void saysWhyOtherMatchesAreNotTaken() throws IOException {
        Ended ended = mesh.ofFile("routes", "api:80", "--path", "/old", "--header", "x-canary=yes");
        assertThat(ended.out())
                .contains("takes it", "its path is not /lost", "its path is not /orders/*", "fits, but comes later");
    }

    @Test
    void saysWhichRoutesDoNotCount() throws IOException {
        Ended all = mesh.ofFile("routes");
        assertThat(all.out())
                .contains("Service shop/gone: routes without effect")
                .contains("! HTTPRoute shop/stray: there is no Service shop/gone in the mesh")
                .contains("not applied: port 81 of Service shop/api is said to speak TCP or TLS")
                .doesNotContain("other/plain");
    }

    @Test
    void saysWhereNothingIsRouted() throws IOException {
        assertThat(mesh.ofFile("routes", "plain").out()).contains("no route: requests go to the endpoints");
        assertThat(mesh.ofFile("routes", "plain", "--path", "/a").code()).isEqualTo(ExitCode.OK);
        assertThat(mesh.ofFile("routes", "-n", "other").out()).contains("no Service of namespace other has routes");
    }

    @Test
    void refusesWhatIsNotThere() throws IOException {
        assertThat(mesh.ofFile("routes", "apj").code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(mesh.ofFile("routes", "api:82").err()).contains("WEFT-L109", "its ports are: 80, 81");
        assertThat(mesh.ofFile("routes", "api:0").code()).isEqualTo(ExitCode.USAGE);
        assertThat(mesh.ofFile("routes", "api:x").code()).isEqualTo(ExitCode.USAGE);
        assertThat(mesh.ofFile("routes", "api", "--path", "/a/../b").code()).isEqualTo(ExitCode.USAGE);
    }
}
