package dev.weft.policy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.GrpcMatch;
import dev.weft.api.v1.HeaderMatch;
import dev.weft.api.v1.HttpMatch;
import dev.weft.api.v1.PathMatch;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.RequestMatch;
import dev.weft.api.v1.Source;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.decide.RequestRules;
import dev.weft.policy.request.HttpRequest;
import dev.weft.testing.FutureFields;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Policies as they come, and as a later version may send them: read without an exception, and never taken for looser ones. */
class PolicyWireFuzzTest {

    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");
    private static final int MAX_POLICIES = 4;
    private static final int MAX_SOURCES = 3;
    private static final int MAX_REQUESTS = 2;
    private static final int MAX_TEXT = 40;

    private static final List<Integer> PORTS = List.of(80, 8080, 65_535);
    private static final List<Peer> PEERS = Stream.of("10.0.0.7", "192.0.2.1", "2001:db8::1")
            .map(InetAddress::ofLiteral)
            .flatMap(address -> Stream.of(
                    new Peer(null, address),
                    new Peer(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web"), address),
                    new Peer(SpiffeId.parse("spiffe://cluster.local/ns/pay/sa/ledger"), address),
                    new Peer(SpiffeId.parse("spiffe://other.example/ns/shop/sa/web"), address)))
            .toList();

    /** Has every field, and each under a second name. */
    private static final HttpRequest.Headers HEADERS = new HttpRequest.Headers() {
        @Override
        public List<String> values(String name) {
            return List.of("blue", name);
        }

        @Override
        public List<String> lookalikes(String name) {
            return List.of("red");
        }
    };

    private static final List<HttpRequest> REQUESTS = List.of(
            request("GET", "/orders/7", false),
            request("post", "/Orders", false),
            request("OPTIONS", "*", false),
            request("POST", "/shop.v1.Orders/Get", true));

    /** Who may do what, of each peer, port and request. */
    private record Call(Peer peer, int port, HttpRequest request) {}

    private static HttpRequest request(String method, String path, boolean grpc) {
        return new HttpRequest(method, path, "api.example", HEADERS, grpc);
    }

    @FuzzTest
    void anyBytesAreAMessageOrNoneAndAMessageHasADecisionForEverybody(byte[] bytes) {
        PolicySet message;
        try {
            message = PolicySet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        var read = PolicyWire.fromProto(message);
        List<Call> admitted = admitted(message);
        if (read.notUnderstood().isEmpty()) {
            assertThat(PolicyWire.fromProto(PolicyWire.toProto(read))).isEqualTo(read);
        }
        if (read.notUnderstood().stream().anyMatch(policy -> policy.ports().isEmpty())) {
            assertThat(admitted).as("by what is not understood, of every port").isEmpty();
        }
    }

    @FuzzTest
    void aFieldOfTheFutureLoosensNothing(FuzzedDataProvider data) {
        PolicySet message = message(data);
        assertNoLooser(message, withFieldOfTheFuture(message, data));
    }

    @FuzzTest
    void aValueOfTheFutureLoosensNothing(FuzzedDataProvider data) {
        PolicySet message = message(data);
        PolicySet.Builder later = message.toBuilder();
        int value = data.consumeInt(4, Integer.MAX_VALUE);
        if (message.getPoliciesCount() > 0 && data.consumeBoolean()) {
            int at = data.consumeInt(0, message.getPoliciesCount() - 1);
            later.setPolicies(at, message.getPolicies(at).toBuilder().setActionValue(value));
        } else {
            later.setDefaultDecisionValue(value);
        }
        assertNoLooser(message, later.build());
    }

    private static void assertNoLooser(PolicySet now, PolicySet later) {
        assertThat(admitted(later))
                .as("admitted by %s, which was %s", later, now)
                .isSubsetOf(admitted(now));
    }

    private static List<Call> admitted(PolicySet message) {
        CompiledPolicies policies = CompiledPolicies.compile(OWN, PolicyWire.fromProto(message));
        return everybody().stream().filter(call -> admits(policies, call)).toList();
    }

    private static boolean admits(CompiledPolicies policies, Call call) {
        Decision decision = policies.decide(call.peer(), call.port());
        RequestRules rules = policies.requestRules(call.peer(), call.port());
        assertThat(rules != null || decision.outcome() != Outcome.PER_REQUEST)
                .as("rules for %s", decision)
                .isTrue();
        return rules == null ? decision.allowed() : rules.decide(call.request()).allowed();
    }

    private static List<Call> everybody() {
        return PEERS.stream()
                .flatMap(peer ->
                        PORTS.stream().flatMap(port -> REQUESTS.stream().map(request -> new Call(peer, port, request))))
                .toList();
    }

    private static PolicySet withFieldOfTheFuture(PolicySet message, FuzzedDataProvider data) {
        if (message.getPoliciesCount() == 0 || data.consumeBoolean()) {
            return FutureFields.in(message, data);
        }
        int at = data.consumeInt(0, message.getPoliciesCount() - 1);
        AuthorizationPolicy policy = message.getPolicies(at);
        if (policy.getToCount() > 0 && data.consumeBoolean()) {
            int entry = data.consumeInt(0, policy.getToCount() - 1);
            RequestMatch match = FutureMatch.in(policy.getTo(entry), data);
            return message.toBuilder()
                    .setPolicies(at, policy.toBuilder().setTo(entry, match))
                    .build();
        }
        if (policy.getFromCount() == 0 || data.consumeBoolean()) {
            return message.toBuilder()
                    .setPolicies(at, FutureFields.in(policy, data))
                    .build();
        }
        int source = data.consumeInt(0, policy.getFromCount() - 1);
        return message.toBuilder()
                .setPolicies(at, policy.toBuilder().setFrom(source, FutureFields.in(policy.getFrom(source), data)))
                .build();
    }

    private static PolicySet message(FuzzedDataProvider data) {
        PolicySet.Builder set = PolicySet.newBuilder().setDefaultDecisionValue(data.consumeInt(0, 3));
        int policies = data.consumeInt(0, MAX_POLICIES);
        for (int i = 0; i < policies; i++) {
            AuthorizationPolicy.Builder policy = AuthorizationPolicy.newBuilder()
                    .setNamespace("shop")
                    .setName("p" + i)
                    .addAllPorts(data.consumeBoolean() ? List.of(data.pickValue(PORTS)) : List.of())
                    .setActionValue(data.consumeInt(0, 3));
            int sources = data.consumeInt(0, MAX_SOURCES);
            for (int j = 0; j < sources; j++) {
                policy.addFrom(source(data));
            }
            int requests = data.consumeInt(0, MAX_REQUESTS);
            for (int j = 0; j < requests; j++) {
                policy.addTo(match(data));
            }
            set.addPolicies(policy);
        }
        return set.build();
    }

    private static Source source(FuzzedDataProvider data) {
        Source.Builder source = Source.newBuilder();
        List<Runnable> fields = new ArrayList<>(List.of(
                () -> source.setIdentity(text(data, "spiffe://cluster.local/ns/shop/sa/web")),
                () -> source.setIdentityPrefix(text(data, "spiffe://cluster.local/ns/shop/")),
                () -> source.setServiceAccount(text(data, "shop/web")),
                () -> source.setNamespace(text(data, "shop")),
                () -> source.setTrustDomain(text(data, "other.example")),
                () -> source.setCidr(text(data, "10.0.0.0/8")),
                () -> source.setAuthenticated(true),
                () -> source.setAnyone(true)));
        data.pickValue(fields).run();
        if (data.consumeBoolean()) {
            data.pickValue(fields).run();
        }
        return source.build();
    }

    private static RequestMatch match(FuzzedDataProvider data) {
        RequestMatch.Builder match = RequestMatch.newBuilder();
        HttpMatch.Builder http = HttpMatch.newBuilder();
        List<Runnable> fields = List.of(
                () -> http.addMethods(text(data, "GET")),
                () -> http.addHosts(text(data, "*.example")),
                () -> http.addPaths(PathMatch.newBuilder().setExact(text(data, "/orders"))),
                () -> http.addPaths(PathMatch.newBuilder().setPrefix(text(data, "/orders"))),
                () -> http.addPaths(PathMatch.newBuilder().setTemplate(text(data, "/orders/{id}"))),
                () -> http.addHeaders(header(data).setExact(text(data, "blue"))),
                () -> http.addHeaders(header(data).setPresent(true)));
        if (data.consumeBoolean()) {
            data.pickValue(fields).run();
            data.pickValue(fields).run();
            return match.setHttp(http).build();
        }
        GrpcMatch.Builder grpc = GrpcMatch.newBuilder().setService(text(data, "shop.v1.Orders"));
        return match.setGrpc(data.consumeBoolean() ? grpc.addMethods(text(data, "Get")) : grpc)
                .build();
    }

    private static HeaderMatch.Builder header(FuzzedDataProvider data) {
        return HeaderMatch.newBuilder().setName(text(data, "x-tenant"));
    }

    private static String text(FuzzedDataProvider data, String right) {
        return data.consumeBoolean() ? right : data.consumeAsciiString(MAX_TEXT);
    }
}
