package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code weft policy explain} about requests. */
final class PolicyExplainRequestsTest {

    static final String SHOP = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api, command: [nginx], ports: [{name: http, port: 8080}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec: {serviceAccount: web, command: [sleep, infinity]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: read-orders, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              action: Allow
              from: [{serviceAccount: web}]
              to:
              - http: {methods: [GET], hosts: [api.example], paths: [{prefix: /orders}], headers: [{name: x-tenant, exact: blue}]}
              - grpc: {service: shop.v1.Orders, methods: [Get]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: no-admin, namespace: shop}
            spec:
              action: Deny
              from: [{authenticated: true}]
              to:
              - http: {paths: [{prefix: /orders/admin}]}
            """;

    private static final String[] RIGHT = {
        "--method", "GET", "--path", "/orders/7?x=1", "--host", "API.example:8080", "--header", "X-Tenant=blue"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP);
    }

    private int explain(String... more) {
        return PolicyRun.of(printed, folder, List.of("explain", "--from", "shop/web", "--to", "shop/api:8080"), more);
    }

    @Test
    void saysThatItDependsOnTheRequestAndWhatToGive() {
        assertThat(explain()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .startsWith("shop/web → shop/api:8080: per request (WEFT-P102)\n")
                .contains("name the request: --method and --path")
                .contains("http GET of host api.example of path prefix /orders with header x-tenant: blue");
    }

    @Test
    void namesTheRuleThatWon() {
        assertThat(explain(RIGHT)).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .startsWith("shop/web → shop/api:8080, GET api.example/orders/7: allowed (WEFT-P100)\n")
                .contains("shop/read-orders allows the request")
                .containsPattern("shop/read-orders +allow +yes +matches +matches +serviceAccount shop/web; http GET")
                .containsPattern("shop/no-admin +deny +yes +matches +no +authenticated; http of path prefix"
                        + " /orders/admin: the path is /orders/7, not prefix /orders/admin");
    }

    @Test
    void namesTheDenyThatRefuses() {
        assertThat(explain("--path", "/Orders/Admin/x")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .startsWith("shop/web → shop/api:8080, GET /Orders/Admin/x: refused (WEFT-P001)\n")
                .contains("shop/no-admin denies GET /Orders/Admin/x");
    }

    @Test
    void answersForGrpc() {
        assertThat(explain("--grpc", "shop.v1.Orders/Get")).isEqualTo(ExitCode.OK);
        assertThat(explain("--grpc", "shop.v1.Orders/Put")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("shop/web → shop/api:8080, gRPC shop.v1.Orders/Get: allowed")
                .contains("the path is /shop.v1.Orders/Put, not /shop.v1.Orders/Get");
    }

    @Test
    void saysWhatIsMissingOfARule() {
        assertThat(explain("--method", "POST")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("--path", "/orders")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("--path", "/orders", "--host", "api.example")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("the method is POST, not GET")
                .contains("no host is named, not api.example")
                .contains("the header x-tenant is absent");
    }

    @Test
    void printsTheRequestForPrograms() {
        List<String> words = new ArrayList<>(List.of(RIGHT));
        words.addAll(List.of("-o", "json"));
        assertThat(explain(words.toArray(String[]::new))).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("\"outcome\" : \"allow\"")
                .contains("\"request\" : \"GET api.example/orders/7\"")
                .contains("\"matches\" : true");
        assertThat(explain("-o", "yaml")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("outcome: per-request");
    }

    @ParameterizedTest
    @CsvSource({
        "--path, /a/../b, dot segment",
        "--path, orders, begin with",
        "--header, x-tenant, NAME=VALUE",
        "--header, 'x tenant=a', in lower case",
        "--grpc, shop.v1.Orders, SERVICE/METHOD",
        "--grpc, shop.v1.Orders/Get/x, SERVICE/METHOD",
    })
    void endsWithTwoForWhatIsNoRequest(String option, String value, String expected) {
        assertThat(explain(option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains(expected);
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void endsWithTwoForAMethodBesideGrpc() {
        assertThat(explain("--grpc", "shop.v1.Orders/Get", "--method", "GET")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("--grpc", "shop.v1.Orders/Get", "--path", "/")).isEqualTo(ExitCode.USAGE);
    }
}
