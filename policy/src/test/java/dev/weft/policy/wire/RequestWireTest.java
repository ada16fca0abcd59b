package dev.weft.policy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.api.v1.GrpcMatch;
import dev.weft.api.v1.HttpMatch;
import dev.weft.api.v1.PathMatch;
import dev.weft.api.v1.PolicyAction;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules about requests on the way to the sidecar. */
final class RequestWireTest {

    private static final PolicySet SET = PolicySet.of(
            DefaultDecision.ANYONE,
            List.of(new AuthorizationPolicy(
                    "shop",
                    "read",
                    Set.of(80),
                    Action.ALLOW,
                    List.of(Source.of(new Condition.Anyone())),
                    List.of(
                            new RequestMatch.Http(
                                    Set.of("GET", "HEAD"),
                                    List.of(new HostPattern("api.example"), new HostPattern("*.example")),
                                    List.of(
                                            new PathPattern.Exact("/orders/"),
                                            new PathPattern.Prefix("/orders"),
                                            new PathPattern.Template("/users/{id}/{rest...}")),
                                    List.of(
                                            new HeaderMatch.Exact("x-tenant", "blue"),
                                            new HeaderMatch.Present("x-debug"))),
                            new RequestMatch.Http(Set.of(), List.of(), List.of(), List.of()),
                            new RequestMatch.Grpc("shop.v1.Orders", Set.of("Get", "List")),
                            new RequestMatch.Grpc("shop.v1.Users", Set.of())))));

    @Test
    void everyKindOfRuleSurvives() {
        assertThat(PolicyWire.fromProto(PolicyWire.toProto(SET))).isEqualTo(SET);
    }

    /** The version before rules about requests knew these five fields, and refused what was left without them. */
    @Test
    void aSidecarOfTheVersionBeforeClosesThePort() {
        dev.weft.api.v1.AuthorizationPolicy withoutKnownFields = PolicyWire.toProto(SET).getPolicies(0).toBuilder()
                .clearNamespace()
                .clearName()
                .clearPorts()
                .clearAction()
                .clearFrom()
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> UnknownFields.refuse("policy", withoutKnownFields))
                .withMessageContaining("newer than this proxy");
    }

    /** A policy about connections stays as it was, so sidecars of the version before go on with it. */
    @Test
    void aPolicyWithoutRulesAboutRequestsIsTheMessageThatItWas() {
        AuthorizationPolicy whole = new AuthorizationPolicy("shop", "p", Set.of(80), Action.ALLOW, List.of());

        assertThat(PolicyWire.toProto(PolicySet.of(DefaultDecision.DENY, List.of(whole)))
                        .getPolicies(0)
                        .getToCount())
                .isZero();
    }

    @Test
    void whatThisVersionDoesNotKnowOfARuleClosesThePort() throws InvalidProtocolBufferException {
        dev.weft.api.v1.PolicySet.Builder message = PolicyWire.toProto(SET).toBuilder();
        dev.weft.api.v1.RequestMatch match = dev.weft.api.v1.RequestMatch.parseFrom(
                withUnknownField(message.getPolicies(0).getTo(0)));
        message.setPolicies(0, message.getPolicies(0).toBuilder().setTo(0, match));

        CompiledPolicies policies =
                CompiledPolicies.compile(TrustDomain.parse("cluster.local"), PolicyWire.fromProto(message.build()));

        Peer peer = new Peer(null, InetAddress.ofLiteral("10.0.0.1"));
        assertThat(policies.decide(peer, 80).code()).isEqualTo(Code.NOT_UNDERSTOOD);
        assertThat(policies.requestRules(peer, 80)).isNull();
        assertThat(policies.decide(peer, 81).allowed()).isTrue();
    }

    static Stream<Arguments> wrong() throws InvalidProtocolBufferException {
        HttpMatch http = HttpMatch.getDefaultInstance();
        GrpcMatch grpc = GrpcMatch.newBuilder().setService("shop.Orders").build();
        return Stream.of(
                Arguments.of("to: an empty entry", dev.weft.api.v1.RequestMatch.getDefaultInstance()),
                Arguments.of("to.http", of(HttpMatch.parseFrom(withUnknownField(http)))),
                Arguments.of("to.grpc", of(GrpcMatch.parseFrom(withUnknownField(grpc)))),
                Arguments.of("host: A", of(http.toBuilder().addHosts("A"))),
                Arguments.of("method: get", of(http.toBuilder().addMethods("get"))),
                Arguments.of("service", of(GrpcMatch.getDefaultInstance())),
                Arguments.of(
                        "method: a/b", of(grpc.toBuilder().addMethods("a/b").build())));
    }

    static Stream<Arguments> wrongPaths() throws InvalidProtocolBufferException {
        PathMatch path = PathMatch.newBuilder().setExact("/a").build();
        return Stream.of(
                Arguments.of("path", path(PathMatch.parseFrom(withUnknownField(path)))),
                Arguments.of("path: empty", path(PathMatch.getDefaultInstance())),
                Arguments.of("exact: a", path(path.toBuilder().setExact("a").build())),
                Arguments.of(
                        "prefix: /a/", path(path.toBuilder().setPrefix("/a/").build())),
                Arguments.of(
                        "template: /a", path(path.toBuilder().setTemplate("/a").build())));
    }

    static Stream<Arguments> wrongHeaders() throws InvalidProtocolBufferException {
        dev.weft.api.v1.HeaderMatch header = dev.weft.api.v1.HeaderMatch.newBuilder()
                .setName("x-a")
                .setPresent(true)
                .build();
        return Stream.of(
                Arguments.of("header", header(dev.weft.api.v1.HeaderMatch.parseFrom(withUnknownField(header)))),
                Arguments.of(
                        "header: x-a without",
                        header(header.toBuilder().clearValue().build())),
                Arguments.of(
                        "header: x-a: present is false",
                        header(header.toBuilder().setPresent(false).build())),
                Arguments.of(
                        "header name: A", header(header.toBuilder().setName("A").build())));
    }

    @ParameterizedTest
    @MethodSource({"wrong", "wrongPaths", "wrongHeaders"})
    void aRuleThatIsNotUnderstoodClosesThePort(String reason, dev.weft.api.v1.RequestMatch match) {
        PolicySet read = PolicyWire.fromProto(dev.weft.api.v1.PolicySet.newBuilder()
                .addPolicies(dev.weft.api.v1.AuthorizationPolicy.newBuilder()
                        .setNamespace("shop")
                        .setName("p")
                        .addPorts(80)
                        .setAction(PolicyAction.POLICY_ACTION_ALLOW)
                        .addTo(match))
                .build());

        assertThat(read.policies()).isEmpty();
        assertThat(read.notUnderstood()).singleElement().satisfies(policy -> {
            assertThat(policy.ports()).containsExactly(80);
            assertThat(policy.reason()).startsWith(reason);
        });
    }

    private static dev.weft.api.v1.RequestMatch path(PathMatch path) {
        return of(HttpMatch.newBuilder().addPaths(path));
    }

    private static dev.weft.api.v1.RequestMatch header(dev.weft.api.v1.HeaderMatch header) {
        return of(HttpMatch.newBuilder().addHeaders(header));
    }

    private static dev.weft.api.v1.RequestMatch of(HttpMatch.Builder http) {
        return of(http.build());
    }

    private static dev.weft.api.v1.RequestMatch of(HttpMatch http) {
        return dev.weft.api.v1.RequestMatch.newBuilder().setHttp(http).build();
    }

    private static dev.weft.api.v1.RequestMatch of(GrpcMatch grpc) {
        return dev.weft.api.v1.RequestMatch.newBuilder().setGrpc(grpc).build();
    }

    /** Field 15, two bytes of content: nothing that this version knows. */
    private static ByteString withUnknownField(MessageLite message) {
        return message.toByteString().concat(ByteString.copyFrom(new byte[] {15 << 3 | 2, 2, 1, 2}));
    }
}
