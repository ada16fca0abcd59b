package dev.weft.control.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found about routes. */
final class RouteChecksTest {

    private static final String OBJECTS = """
            {apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [{port: 80}]}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: api, namespace: shop, labels: {app: api}},
             spec: {serviceAccount: api, ports: [{port: 80}]}}
            """;

    private static List<String> found(String... specs) {
        StringBuilder text = new StringBuilder(OBJECTS);
        for (int i = 0; i < specs.length; i++) {
            text.append("""
                    ---
                    {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r%d, namespace: shop},
                     spec: {%s}}
                    """.formatted(i, specs[i]));
        }
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), text.toString());
        assertThat(parsed.errors()).isEmpty();
        return Analysis.of(List.of(parsed), TrustContext.only(TrustDomain.parse("cluster.local"))).stream()
                .map(finding -> finding + " -> " + finding.suggestion())
                .toList();
    }

    private static String parent(String name, int port) {
        return "parentRefs: [{group: \"\", kind: Service, name: " + name + ", port: " + port + "}]";
    }

    private static String to(String backend) {
        return "rules: [{backendRefs: [" + backend + "]}]";
    }

    @Test
    void nothingIsFoundAboutASoundRoute() {
        assertThat(found(parent("api", 80) + ", " + to("{name: api, port: 80}")))
                .isEmpty();
        assertThat(found(parent("api", 80)
                        + ", rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]"))
                .isEmpty();
    }

    @Test
    void aParentThatIsNotThereIsFound() {
        assertThat(found(parent("apy", 80) + ", " + to("{name: api, port: 80}")))
                .containsExactly("mesh.yaml:6: HTTPRoute shop/r0: there is no Service shop/apy, so nothing goes by it"
                        + " (WEFT-L330) -> did you mean api?");
        assertThat(found(parent("api", 81) + ", " + to("{name: api, port: 80}")))
                .singleElement()
                .asString()
                .contains("Service shop/api port 81 is not there", "(WEFT-L330) -> Service shop/api has 80");
    }

    @Test
    void aBackendThatIsNotThereIsFound() {
        assertThat(found(parent("api", 80) + ", " + to("{name: canary, port: 80}")))
                .singleElement()
                .asString()
                .contains("there is no Service shop/canary: its share", "(WEFT-L331)");
        assertThat(found(parent("api", 80) + ", " + to("{name: api, port: 81}")))
                .singleElement()
                .asString()
                .contains("Service shop/api port 81 is not there", "(WEFT-L331)");
    }

    @Test
    void aBackendOfAnotherNamespaceThatNoGrantPermitsIsFound() {
        assertThat(found(parent("api", 80) + ", " + to("{name: cards, namespace: payments, port: 80}")))
                .containsExactly(
                        "mesh.yaml:6: HTTPRoute shop/r0: Service payments/cards port 80 is of another namespace,"
                                + " and no ReferenceGrant there permits it: its share of the requests is answered with 500"
                                + " (WEFT-L336) -> write a ReferenceGrant in namespace payments, from HTTPRoute of namespace"
                                + " shop to Service cards");
    }

    @Test
    void anHttpRouteAtAPortOfAGrpcRouteIsFound() {
        assertThat(found(parent("api", 80) + ", " + to("{name: api, port: 80}")
                        + """
                                }}
                                ---
                                {apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute,
                                 metadata: {name: calls, namespace: shop}, spec: {%s, %s
                                """.formatted(parent("api", 80), to("{name: api, port: 80}"))))
                .singleElement()
                .asString()
                .contains("HTTPRoute shop/r0: it does not count at port 80", "a GRPCRoute", "(WEFT-L337)");
    }

    @Test
    void aRuleThatSendsToNobodyIsFound() {
        assertThat(found(parent("api", 80) + ", " + to("{name: api, port: 80, weight: 0}")))
                .singleElement()
                .asString()
                .contains("rule 1 has backends of weight 0 alone", "(WEFT-L332)");
        assertThat(found(parent("api", 80) + ", rules: [{name: none}]"))
                .singleElement()
                .asString()
                .contains("rule none has no backend", "(WEFT-L332)");
    }

    @Test
    void aMatchThatAnEarlierOneCoversIsFound() {
        String all = parent("api", 80) + ", " + to("{name: api, port: 80}");
        assertThat(found(all, all))
                .singleElement()
                .asString()
                .contains(
                        "HTTPRoute shop/r1: no request meets /* of rule 1 at port 80 of Service shop/api:"
                                + " HTTPRoute shop/r0 rule 1 has it before",
                        "(WEFT-L333)");
    }

    @Test
    void hostnamesAreFound() {
        assertThat(found(parent("api", 80) + ", hostnames: [a.example], " + to("{name: api, port: 80}")))
                .singleElement()
                .asString()
                .contains("hostnames mean nothing", "(WEFT-L334)");
    }

    @Test
    void aRouteForWhichThereIsNoRoomIsFound() {
        String full = parent("api", 80) + ", rules: ["
                + ("{matches: [" + "{path: {value: /a}}, ".repeat(64) + "], backendRefs: [{name: api, port: 80}]}, ")
                        .repeat(2)
                + "]";
        assertThat(found(full, full, full, full, full, full, full, full, full))
                .anySatisfy(finding -> assertThat(finding)
                        .contains(
                                "HTTPRoute shop/r8: it does not count at port 80 of Service shop/api", "(WEFT-L335)"));
    }
}
