package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Ran;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Routes of the Gateway API, EgressPolicies and RateLimits of the cluster are in force in its sidecars, and say so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RoutesInPodsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    /** The control plane looks twice in a minute whether the kinds of the Gateway API have come. */
    private static final Duration KINDS_FOUND = Duration.ofSeconds(60);

    private static final String PARENT = "{.status.parents[?(@.controllerName==\"weft.dev/mesh\")]";

    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: routed}
            spec:
              parentRefs:
              - {group: "", kind: Service, name: routed, port: 80}
              rules:
              - matches:
                - headers: [{name: x-canary, value: "yes"}]
                backendRefs: [{name: canary, port: 80}]
              - matches:
                - path: {type: PathPrefix, value: /old}
                filters:
                - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}
                backendRefs: [{name: api, port: 80}]
              - matches:
                - path: {type: Exact, value: /moved}
                filters:
                - {type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: /old/}}}
              - filters:
                - {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-by, value: route}]}}
                backendRefs:
                - {name: routed, port: 80, weight: 1}
                - {name: canary, port: 80, weight: 0}
            """;

    private @Nullable Space made;
    private @Nullable Space beside;

    @BeforeAll
    void up() throws Exception {
        Cluster.installed();
        made = Space.meshed();
        beside = Space.plain();
        space().server("api");
        space().server("canary");
        space().idle("web");
        outside().server("shop");
    }

    @AfterAll
    void down() throws Exception {
        if (made != null) {
            made.close();
        }
        if (beside != null) {
            beside.close();
        }
    }

    private Space space() {
        return Objects.requireNonNull(made);
    }

    private Space outside() {
        return Objects.requireNonNull(beside);
    }

    @Test
    void requestsGoByTheRouteWhichSaysThatItIsObeyed() throws Exception {
        assumeKind("httproutes");
        space().server("routed");
        space().apply(ROUTE);
        awaitCondition("httproute/routed", "Accepted", "True Accepted");
        awaitCondition("httproute/routed", "ResolvedRefs", "True ResolvedRefs");
        Eventually.within(
                SOON,
                () -> assertThat(get("routed", "/", "x-canary: yes").ok().out()).isEqualTo("canary\n"));
        assertThat(get("routed", "/").ok().out()).isEqualTo("routed\n");
        assertThat(get("routed", "/").err()).containsIgnoringCase("x-by: route");
        assertThat(get("routed", "/old/").ok().out()).isEqualTo("api\n");
        Ran redirected = get("routed", "/moved").ok();
        assertThat(redirected.out()).isEqualTo("api\n");
        assertThat(redirected.err()).contains(" 302 ");
    }

    @Test
    void aRouteSaysWhichOfItsBackendsIsNotThere() throws Exception {
        assumeKind("grpcroutes");
        space().server("halved");
        space().apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: halved}
                spec:
                  parentRefs:
                  - {group: "", kind: Service, name: halved}
                  rules:
                  - matches: [{method: {service: shop.v1.Orders}}]
                    backendRefs: [{name: nowhere, port: 80}]
                """);
        awaitCondition("grpcroute/halved", "Accepted", "True Accepted");
        awaitCondition("grpcroute/halved", "ResolvedRefs", "False BackendNotFound");
        Eventually.within(
                SOON, () -> assertThat(get("halved", "/").failed().err()).contains(" 404 "));
    }

    @Test
    void oneRequestTooManyIsAnsweredWith429() throws Exception {
        space().server("limited");
        space().idle("eager");
        space().awaitCall("eager", "limited");
        space().apply("""
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: once}
                spec:
                  workloads: {matchLabels: {app: limited}}
                  limits: [{requestsPerSecond: 1, per: all}]
                """);
        space().await("ratelimit/once", "condition=InForce");
        assertThat(field("ratelimit/once", "{.status.sidecars.summary}")).isEqualTo("1/1");
        // By one shell, so that the requests come closer than the limit.
        String ten = "for i in 0 1 2 3 4 5 6 7 8 9; do wget -S -T 5 -O - http://%s/ & done; wait"
                .formatted(space().host("limited"));
        assertThat(space().exec("eager", "sh", "-c", ten).err()).contains(" 200 ", " 429 ");
        Eventually.within(
                SOON, () -> assertThat(space().logs("limited", "weft-proxy")).contains("WEFT-H070"));
    }

    @Test
    void aCallOutsideThatNoEgressPolicyAllowsIsRefused() throws Exception {
        space().idle("caller");
        String shop = outside().host("shop");
        Eventually.within(SOON, () -> space().callHost("caller", shop).ok());
        space().apply(egress("nowhere.example"));
        space().await("egresspolicy/only", "condition=InForce");
        space().callHost("caller", shop).failed();
        assertThat(space().logs("caller", "weft-proxy")).contains("WEFT-H06");
        assertThat(space().call("caller", "api").ok().out()).as("inside").isEqualTo("api\n");

        space().apply(egress(shop));
        Eventually.within(
                SOON,
                () -> assertThat(field(
                                "egresspolicy/only", "{.status.conditions[?(@.type==\"InForce\")].observedGeneration}"))
                        .isEqualTo("2"));
        Eventually.within(
                SOON,
                () -> assertThat(space().callHost("caller", shop).ok().out()).isEqualTo("shop\n"));
    }

    private static String egress(String host) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: only}
                spec:
                  workloads: {matchLabels: {app: caller}}
                  action: Allow
                  to: [{host: %s}]
                """.formatted(host);
    }

    private static void assumeKind(String plural) throws Exception {
        assumeFalse(
                Cluster.kubectl("get", "crd", plural + ".gateway.networking.k8s.io", "--ignore-not-found", "-o", "name")
                        .ok()
                        .out()
                        .isBlank(),
                "the cluster has no " + plural + ": install the Gateway API's standard channel");
    }

    /** Asks a Service from the pod "web"; what the server answers is in the error stream. */
    private Ran get(String app, String path, String... headers) throws Exception {
        List<String> line = new ArrayList<>(List.of("wget", "-S", "-T", "5", "-O", "-"));
        for (String header : headers) {
            line.addAll(List.of("--header", header));
        }
        line.add("http://" + space().host(app) + path);
        return space().exec("web", line.toArray(String[]::new));
    }

    /** Waits until a route says this of its parent, about its present text. */
    private void awaitCondition(String route, String type, String expected) throws Exception {
        String condition = PARENT + ".conditions[?(@.type==\"" + type + "\")]";
        Eventually.within(KINDS_FOUND, () -> {
            assertThat(field(route, condition + ".status} " + condition + ".reason}"))
                    .isEqualTo(expected);
            assertThat(field(route, condition + ".observedGeneration}"))
                    .isEqualTo(field(route, "{.metadata.generation}"));
        });
    }

    private String field(String object, String path) throws Exception {
        return space().kubectl("get", object, "-o", "jsonpath=" + path)
                .ok()
                .out()
                .strip();
    }
}
