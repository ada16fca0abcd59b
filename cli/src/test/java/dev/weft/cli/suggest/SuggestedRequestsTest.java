package dev.weft.cli.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.api.v1.RequestSums;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import java.time.Instant;
import java.util.List;
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

    private static RequestSums read(String protocol, long requests) {
        return RequestSums.newBuilder()
                .setProtocol(protocol)
                .addAllByClass(List.of(0L, 0L, requests))
                .setRefused(3)
                .build();
    }

    private static List<Suggestion> of(ObservedEdge... edges) {
        PolicedWorkload api = PolicedWorkload.newBuilder()
                .setWorkload("shop/api")
                .setIdentity(API)
                .putLabels("app", "api")
                .setPolicies(PolicyWire.toProto(PolicySet.of(DefaultDecision.AUTHENTICATED, List.of())))
                .build();
        return Suggestions.of(List.of(edges), List.of(api), "", Instant.EPOCH);
    }

    @Test
    void saysWhichRequestsWereReadAndThatTheirPathsAreNotKnown() {
        List<Suggestion> drawn = of(called(WEB, read("http/1.1", 40), read("grpc", 2)), called(BATCH));
        assertThat(drawn.getFirst().requests())
                .isEqualTo(new Suggestion.Requests(48, List.of("grpc", "http/1.1"), List.of(BATCH)));
        assertThat(SuggestedYaml.lines(drawn))
                .contains("# Requests: 48 read (grpc, http/1.1), and none of " + BATCH + ".")
                .anyMatch(line -> line.startsWith("# Methods and paths are not recorded"))
                .anyMatch(line -> line.contains("'weft top shop/api --routes'"));
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
                .noneMatch(line -> line.contains("Methods and paths"));
    }
}
