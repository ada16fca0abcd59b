package dev.weft.proxy;

import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.GrpcMatch;
import dev.weft.api.v1.HttpMatch;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PathMatch;
import dev.weft.api.v1.PolicyAction;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.RateLimit;
import dev.weft.api.v1.RateLimitRule;
import dev.weft.api.v1.RateLimitScope;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.api.v1.RequestMatch;
import dev.weft.api.v1.Source;
import dev.weft.proxy.mesh.InboundConfig;

/** Policies about requests to api, as the control plane would send them. */
final class Requests {
    private Requests() {}

    /** What this caller, or anyone, may or may not ask for. */
    static AuthorizationPolicy policy(PolicyAction action, boolean anyone, RequestMatch... to) {
        AuthorizationPolicy.Builder policy = AuthorizationPolicy.newBuilder()
                .setNamespace("shop")
                .setName("requests")
                .setAction(action)
                .addFrom(
                        anyone
                                ? Source.newBuilder().setAnyone(true)
                                : Source.newBuilder().setAuthenticated(true));
        for (RequestMatch match : to) {
            policy.addTo(match);
        }
        return policy.build();
    }

    static RequestMatch path(String prefix) {
        return RequestMatch.newBuilder()
                .setHttp(HttpMatch.newBuilder().addPaths(PathMatch.newBuilder().setPrefix(prefix)))
                .build();
    }

    static RequestMatch grpc(String service, String... methods) {
        return RequestMatch.newBuilder()
                .setGrpc(GrpcMatch.newBuilder().setService(service).addAllMethods(java.util.List.of(methods)))
                .build();
    }

    static InboundConfig inbound(MeshFixture mesh, InboundMode mode, AuthorizationPolicy... policies) {
        return mesh.inbound(message(mesh, mode, policies));
    }

    /** The same with one more probe that is exempt. */
    static InboundConfig inbound(MeshFixture mesh, InboundMode mode, String probe, AuthorizationPolicy... policies) {
        Inbound.Builder message = message(mesh, mode, policies);
        return mesh.inbound(message.addProbes(message.getProbes(0).toBuilder().setPath(probe)));
    }

    /** The same, on a port on which HTTP is declared. */
    static InboundConfig declared(MeshFixture mesh, AuthorizationPolicy... policies) {
        return mesh.inbound(
                message(mesh, InboundMode.INBOUND_MODE_STRICT, policies).addHttpPorts(mesh.application.getPort()));
    }

    /** The same, with so many requests of all callers at once; others wait for a place. */
    static InboundConfig declaredAtOnce(MeshFixture mesh, int most, AuthorizationPolicy... policies) {
        return mesh.inbound(message(mesh, InboundMode.INBOUND_MODE_STRICT, policies)
                .addHttpPorts(mesh.application.getPort())
                .addRateLimits(RateLimit.newBuilder()
                        .setNamespace("shop")
                        .setName("few")
                        .addLimits(RateLimitRule.newBuilder()
                                .setUnit(RateLimitUnit.RATE_LIMIT_UNIT_AT_ONCE)
                                .setPerSecond(most)
                                .setBurst(most)
                                .setWaiting(2)
                                .setWaitMillis(60_000)
                                .setScope(RateLimitScope.RATE_LIMIT_SCOPE_IDENTITY))));
    }

    private static Inbound.Builder message(MeshFixture mesh, InboundMode mode, AuthorizationPolicy... policies) {
        PolicySet.Builder set =
                PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED);
        for (AuthorizationPolicy policy : policies) {
            set.addPolicies(policy);
        }
        return mesh.inboundMessage(mode, set).setPortScope(PortScope.PORT_SCOPE_ALL);
    }

    static InboundConfig strict(MeshFixture mesh, AuthorizationPolicy... policies) {
        return inbound(mesh, InboundMode.INBOUND_MODE_STRICT, policies);
    }
}
