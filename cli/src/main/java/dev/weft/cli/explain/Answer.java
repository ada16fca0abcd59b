package dev.weft.cli.explain;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CalledWorkload;
import dev.weft.api.v1.ExplainCallRequest;
import dev.weft.api.v1.ExplainedCall;
import dev.weft.api.v1.ExplainedCaller;
import dev.weft.cli.mesh.PeerAddress;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.explain.Explanation;
import dev.weft.policy.explain.Step;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.wire.PolicyWire;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether one caller may call one workload, or make one request of it, and why.
 *
 * @param from the caller, as the question named it
 * @param identity the identity that the caller proves; null without a sidecar
 * @param to the workload called
 * @param via the Service that leads to the workload; null if the question named none
 * @param request the request of the question; null if only the connection was asked about
 * @param allowed whether the call is allowed whatever else it does
 * @param outcome {@code allow}, {@code deny}, {@code per-request} where it depends on the request, or
 *     {@code by-address} where it depends on the address of a workload without a sidecar, which is not known
 * @param code the code of the decision; null where nothing is enforced, or where trust decided
 * @param policy the policy that decided, or {@code default}; null where the decision came before policy
 * @param audited the Audit policies that match
 * @param steps what each policy that selects the workload decides; empty where policy was not asked
 * @param defaultDecision the decision where no Allow policy selects the port
 * @param routes the routes of the Service's port, which may change a request or send it elsewhere before policy is
 *     asked
 */
public record Answer(
        String from,
        @Nullable String identity,
        String to,
        int port,
        @Nullable String via,
        @Nullable String request,
        boolean allowed,
        String outcome,
        @Nullable String code,
        @Nullable String policy,
        String reason,
        List<String> audited,
        List<Step> steps,
        @Nullable DefaultDecision defaultDecision,
        List<String> routes) {

    /** The data plane's code for a peer without mutual TLS where inbound is strict. */
    private static final String PLAINTEXT = "WEFT-D013";

    public Answer {
        audited = List.copyOf(audited);
        steps = List.copyOf(steps);
        routes = List.copyOf(routes);
    }

    /**
     * Returns the answers to "may {@code from} call {@code to}", one for each workload that is called.
     *
     * @param from a workload, a SPIFFE ID, or {@code unauthenticated}
     * @param to {@code [NAMESPACE/]NAME:PORT} of a workload or a Service
     * @param address the address that the call comes from, for policies that match addresses; null for the caller's
     *     real address
     * @param request the request to the workload; null to ask about the connection alone
     * @throws dev.weft.cli.failure.CommandFailure when a name is unknown or malformed
     */
    public static List<Answer> of(
            String from, String to, @Nullable InetAddress address, @Nullable HttpRequest request, MeshQuestions mesh) {
        ExplainCallRequest.Builder question =
                ExplainCallRequest.newBuilder().setFrom(from).setTo(to);
        if (address != null) {
            question.setAddress(ByteString.copyFrom(address.getAddress()));
        }
        List<ExplainedCall> calls = mesh.call(question.build());
        ExplainedCaller caller = calls.getFirst().getCaller();
        return calls.stream()
                .skip(1)
                .map(each -> answer(caller, each.getCalled(), request))
                .toList();
    }

    /** Returns the same answer with the name of another workload. */
    public Answer withTo(String other) {
        return new Answer(
                from,
                identity,
                other,
                port,
                via,
                request,
                allowed,
                outcome,
                code,
                policy,
                reason,
                audited,
                steps,
                defaultDecision,
                routes);
    }

    private static Answer answer(ExplainedCaller caller, CalledWorkload called, @Nullable HttpRequest request) {
        if (!called.getOpen().isEmpty()) {
            return called.hasOutside()
                    ? byEgress(caller, called, request)
                    : beforePolicy(caller, called, true, null, called.getOpen());
        }
        SpiffeId identity = caller.getIdentity().isEmpty() ? null : SpiffeId.parse(caller.getIdentity());
        if (called.getStrict() && identity == null) {
            return beforePolicy(
                    caller, called, false, PLAINTEXT, "inbound is strict: calls without mutual TLS are refused");
        }
        TrustDomain trustDomain = TrustDomain.parse(caller.getTrustDomain());
        if (identity != null && !identity.trustDomain().equals(trustDomain)) {
            return beforePolicy(
                    caller,
                    called,
                    false,
                    null,
                    "the mesh has no trust bundle of " + identity.trustDomain()
                            + ", so it accepts no certificate of that trust domain");
        }
        CompiledPolicies policies = CompiledPolicies.compile(trustDomain, PolicyWire.fromProto(called.getPolicies()));
        Peer peer = new Peer(identity, PeerAddress.of(caller.getAddress()));
        return byPolicy(caller, called, request, Explanation.of(policies, peer, called.getPort(), request));
    }

    /** Returns the decision of the caller's sidecar about a workload that has no sidecar. */
    private static Answer byEgress(ExplainedCaller caller, CalledWorkload called, @Nullable HttpRequest request) {
        InetAddress at = called.getAddress().isEmpty() ? null : PeerAddress.of(called.getAddress());
        String host = request == null ? "" : request.host().toLowerCase(Locale.ROOT);
        OutsideAnswer outside = OutsideAnswer.of(
                called.getOutside(), new OutsideAnswer.Destination(orNull(host), at, called.getPort()));
        String outcome = outside.outcome().equals("by-host") ? "per-request" : outside.outcome();
        String unknown = at == null ? " (its address is not known here)" : "";
        String reason = called.getWorkload() + " has no sidecar, so it is outside of the mesh" + unknown + ": "
                + outside.reason();
        return built(
                caller,
                called,
                request,
                new Decided(outside.allowed(), outcome, outside.code(), outside.policy(), reason, List.of()),
                null);
    }

    private static Answer byPolicy(
            ExplainedCaller caller, CalledWorkload called, @Nullable HttpRequest request, Explanation explained) {
        var decision = explained.decision();
        return built(
                caller,
                called,
                request,
                new Decided(
                        decision.allowed(),
                        decision.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        decision.code().text(),
                        decision.policy(),
                        decision.reason(),
                        decision.audited()),
                explained);
    }

    private static Answer beforePolicy(
            ExplainedCaller caller, CalledWorkload called, boolean allowed, @Nullable String code, String reason) {
        return built(
                caller,
                called,
                null,
                new Decided(allowed, allowed ? "allow" : "deny", code, null, reason, List.of()),
                null);
    }

    private record Decided(
            boolean allowed,
            String outcome,
            @Nullable String code,
            @Nullable String policy,
            String reason,
            List<String> audited) {}

    private static Answer built(
            ExplainedCaller caller,
            CalledWorkload called,
            @Nullable HttpRequest request,
            Decided decided,
            @Nullable Explanation byPolicy) {
        return new Answer(
                caller.getName(),
                orNull(caller.getIdentity()),
                called.getWorkload(),
                called.getPort(),
                orNull(called.getVia()),
                request == null ? null : RequestOptions.words(request),
                decided.allowed(),
                decided.outcome(),
                decided.code(),
                decided.policy(),
                decided.reason(),
                decided.audited(),
                byPolicy == null ? List.of() : byPolicy.steps(),
                byPolicy == null ? null : byPolicy.defaultDecision(),
                called.getRoutesList());
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
