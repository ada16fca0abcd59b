package dev.weft.cli.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.Operation;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.api.v1.RequestSums;
import dev.weft.cli.suggest.Suggestion.RequestKind;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import dev.weft.policy.wire.PolicyWire;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a suggestion says about requests. */
final class SuggestedRequestsTest {
    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final String BATCH = "spiffe://cluster.local/ns/shop/sa/batch";

    private static ObservedEdge called(String caller, RequestSums... read) {
        return ObservedEdge.newBuilder()
                .setWorkload("shop/api")
                .setIdentity(API)
                .setEdge(Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                        .setSpiffeId(caller)
                        .setPort(8080)
                        .setAdmitted(1)
                        .addAllRequests(List.of(read)))
                .build();
    }

    private static RequestSums read(String protocol, long requests, Operation... operations) {
        return RequestSums.newBuilder()
                .setProtocol(protocol)
                .addAllByClass(List.of(0L, 0L, requests))
                .setRefused(3)
                .addAllOperations(List.of(operations))
                .build();
    }

    private static Operation operation(String method, String path) {
        return Operation.newBuilder().setMethod(method).setPath(path).build();
    }

    private static PolicedWorkload api(AuthorizationPolicy... policies) {
        return PolicedWorkload.newBuilder()
                .setWorkload("shop/api")
                .setIdentity(API)
                .putLabels("app", "api")
                .setPolicies(PolicyWire.toProto(PolicySet.of(DefaultDecision.AUTHENTICATED, List.of(policies))))
                .build();
    }

    private static List<Suggestion> of(ObservedEdge... edges) {
        return Suggestions.of(List.of(edges), List.of(api()), "", Instant.EPOCH, false);
    }

    private static Suggestion byRequests(ObservedEdge... edges) {
        return Suggestions.of(List.of(edges), List.of(api()), "", Instant.EPOCH, true)
                .getFirst();
    }

    @Test
    void saysWhichRequestsWereRead() {
        List<Suggestion> drawn = of(
                called(
                        WEB,
                        read("http/1.1", 40, operation("POST", "/orders"), operation("GET", "/orders")),
                        read("grpc", 2, operation("", "/shop.v1.Orders/Get"))),
                called(BATCH, read("http/1.1", 1, operation("GET", "/health"))));
        assertThat(drawn.getFirst().requests())
                .isEqualTo(new Suggestion.Requests(
                        52,
                        List.of("grpc", "http/1.1"),
                        List.of(),
                        List.of(
                                new RequestKind("", List.of("GET", "POST"), List.of("/orders")),
                                new RequestKind("", List.of("GET"), List.of("/health")),
                                new RequestKind("shop.v1.Orders", List.of("Get"), List.of())),
                        ""));
        assertThat(drawn.getFirst().to()).isEmpty();
        assertThat(SuggestedYaml.lines(drawn))
                .contains(
                        "# Requests: 52 read (grpc, http/1.1).",
                        "# Seen: GET,POST /orders",
                        "# Seen: GET /health",
                        "# Seen: grpc shop.v1.Orders/Get")
                .anyMatch(line -> line.contains("With --requests"))
                .noneMatch(line -> line.startsWith("  to:"));
    }

    @Test
    void limitsTheCallersToWhatWasSeen() {
        Suggestion drawn = byRequests(
                called(WEB, read("http/1.1", 40, operation("GET", "/"), operation("GET", "/orders"))),
                called(BATCH, read("grpc", 2, operation("", "/shop.v1.Orders/Get"))));
        assertThat(drawn.denied()).isEmpty();
        assertThat(SuggestedYaml.lines(List.of(drawn)))
                .containsSequence(
                        "  to:",
                        "  - http:",
                        "      methods: [\"GET\"]",
                        "      paths:",
                        "      - {exact: \"/\"}",
                        "      - {prefix: \"/orders\"}",
                        "  - grpc:",
                        "      service: \"shop.v1.Orders\"",
                        "      methods: [\"Get\"]");
    }

    @Test
    void methodsAreEnoughWhereOneSidecarLeftOutThePaths() {
        Suggestion drawn = byRequests(
                called(WEB, read("http/1.1", 40, operation("GET", ""))),
                called(BATCH, read("http/1.1", 1, operation("POST", "/orders"))));
        assertThat(drawn.to()).containsExactly(new RequestKind("", List.of("GET", "POST"), List.of()));
        assertThat(drawn.denied()).isEmpty();
    }

    @Test
    void requestsThatAreNotAllKnownAreNoGroundForALimit() {
        RequestSums cut = read("http/1.1", 40, operation("GET", "/orders")).toBuilder()
                .setOperationsLeftOut(true)
                .build();
        for (Suggestion drawn : List.of(
                byRequests(called(WEB, cut)),
                byRequests(called(WEB, read("http/1.1", 40))),
                byRequests(called(WEB, read("http/1.1", 0))),
                byRequests(called(WEB, read("http/1.1", 4, operation("GET", "/a"))), called(BATCH)),
                byRequests(called(WEB, read("http/1.1", 4, operation("GET", "/a\"b")))),
                byRequests(called(WEB, read("http/1.1", 4, operation("GET", "/a/../b")))),
                byRequests(called(WEB, read("http/1.1", 4, operation("get it", "/a")))),
                byRequests(called(WEB, read("grpc", 4, operation("", "/no service/Get")))))) {
            assertThat(drawn.suggestsPolicy()).isTrue();
            assertThat(drawn.to()).isEmpty();
            assertThat(SuggestedYaml.lines(List.of(drawn)))
                    .anyMatch(line -> line.startsWith("# The policy allows each request of these callers: "));
        }
    }

    @Test
    void aPolicyAboutRequestsMayBeReplacedByOne() {
        AuthorizationPolicy present = new AuthorizationPolicy(
                "shop",
                "present",
                Set.of(),
                Action.ALLOW,
                List.of(Source.of(new Condition.Authenticated())),
                List.of(new RequestMatch.Http(
                        Set.of("GET"), List.of(), List.of(new PathPattern.Prefix("/orders")), List.of())));
        List<ObservedEdge> edges = List.of(called(WEB, read("http/1.1", 40, operation("GET", "/orders"))));
        List<PolicedWorkload> workloads = List.of(api(present));
        assertThat(Suggestions.of(edges, workloads, "", Instant.EPOCH, false)
                        .getFirst()
                        .why())
                .contains("shop/present allows only certain requests");
        assertThat(Suggestions.of(edges, workloads, "", Instant.EPOCH, true)
                        .getFirst()
                        .to())
                .hasSize(1);
    }

    @Test
    void requestsThatWereRefusedWereRead() {
        assertThat(SuggestedYaml.lines(of(called(WEB, read("http/1.1", 40)), called(BATCH, read("http/2", 0)))))
                .contains("# Requests: 46 read (http/1.1, http/2).");
        assertThat(SuggestedYaml.lines(of(called(BATCH, read("http/2", 0))))).contains("# Requests: 3 read (http/2).");
    }

    @Test
    void saysWhereNoRequestWasRead() {
        assertThat(SuggestedYaml.lines(of(called(WEB))))
                .anyMatch(line -> line.startsWith("# Requests: none was read at this port"))
                .noneMatch(line -> line.contains("each request"));
    }
}
