package dev.weft.cli.explain;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CalledWorkload;
import dev.weft.api.v1.ExplainCallRequest;
import dev.weft.api.v1.ExplainedCall;
import dev.weft.api.v1.ExplainedCaller;
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
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether one caller may call one workload, or make one request of it, and why.
 *
 * @param from the caller, as it was named
 * @param identity what it proves; null without a sidecar
 * @param to the workload called
 * @param port the workload's own port
 * @param via the Service that led there; null without one
 * @param request the request that was asked about; null for the connection
 * @param allowed whether it may without a further question
 * @param outcome {@code allow}, {@code deny}, or {@code per-request} where each request has an answer of its own, or
 *     {@code by-address} where it depends on the address of a workload without a sidecar, which is not known
 * @param code the code of the decision; null where nothing is enforced or trust decided
 * @param policy the policy that decided, or {@code default}; null where something before policy decided
 * @param audited the Audit policies that match
 * @param steps what each policy that selects the workload says; empty where policy was not asked
 * @param defaultDecision what holds where no Allow policy selects the port
 * @param routes those of the Service's port, which may change a request or send it elsewhere before policy is asked
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
     * The answers to "may {@code from} call {@code to}", one for each workload that is called.
     *
     * @param from a workload, a SPIFFE ID, or {@code unauthenticated}
     * @param to {@code [NAMESPACE/]NAME:PORT} of a workload or a Service
     * @param address where the call comes from, for policies that ask; null for the caller's own
     * @param request what is asked of the workload; null for the mere connection
     * @throws dev.weft.cli.failure.CommandFailure when a name means nothing
     */
    public static List<Answer> of(
            String from, String to, @Nullable InetAddress address, @Nullable HttpRequest request, MeshQuestions mesh) {
        ExplainCallRequest.Builder question =
                ExplainCallRequest.newBuilder().setFrom(from).setTo(to);
        if (address != null) {
            question.setAddress(ByteString.copyFrom(address.getAddress()));
        }
        List<ExplainedCall> told = mesh.call(question.build());
        ExplainedCaller caller = told.getFirst().getCaller();
        return told.stream()
                .skip(1)
                .map(each -> answer(caller, each.getCalled(), request))
                .toList();
    }

    /** The same of another workload. */
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
                    caller, called, false, PLAINTEXT, "inbound is strict: who does not come by mutual TLS is refused");
        }
        TrustDomain trustDomain = TrustDomain.parse(caller.getTrustDomain());
        if (identity != null && !identity.trustDomain().equals(trustDomain)) {
            return beforePolicy(
                    caller,
                    called,
                    false,
                    null,
                    "the mesh holds no trust bundle of " + identity.trustDomain()
                            + ": it accepts no certificate of that domain");
        }
        CompiledPolicies policies = CompiledPolicies.compile(trustDomain, PolicyWire.fromProto(called.getPolicies()));
        Peer peer = new Peer(identity, address(caller.getAddress()));
        return byPolicy(caller, called, request, Explanation.of(policies, peer, called.getPort(), request));
    }

    private static InetAddress address(ByteString octets) {
        try {
            return InetAddress.getByAddress(octets.toByteArray());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the control plane told of no address", e);
        }
    }

    /** What the caller's own sidecar decides about one that has none. */
    private static Answer byEgress(ExplainedCaller caller, CalledWorkload called, @Nullable HttpRequest request) {
        InetAddress at = called.getAddress().isEmpty() ? null : address(called.getAddress());
        String host = request == null ? "" : request.host().toLowerCase(Locale.ROOT);
        OutsideAnswer outside = OutsideAnswer.of(
                called.getOutside(), new OutsideAnswer.Destination(orNull(host), at, called.getPort()));
        String unknown = at == null ? " (its address is not known here)" : "";
        return new Answer(
                caller.getName(),
                orNull(caller.getIdentity()),
                called.getWorkload(),
                called.getPort(),
                orNull(called.getVia()),
                request == null ? null : Requested.words(request),
                outside.allowed(),
                outside.outcome().equals("by-host") ? "per-request" : outside.outcome(),
                outside.code(),
                outside.policy(),
                called.getWorkload() + " has no sidecar, so it is outside of the mesh" + unknown + ": "
                        + outside.reason(),
                List.of(),
                List.of(),
                null,
                called.getRoutesList());
    }

    private static Answer byPolicy(
            ExplainedCaller caller, CalledWorkload called, @Nullable HttpRequest request, Explanation explained) {
        var decision = explained.decision();
        return new Answer(
                caller.getName(),
                orNull(caller.getIdentity()),
                called.getWorkload(),
                called.getPort(),
                orNull(called.getVia()),
                request == null ? null : Requested.words(request),
                decision.allowed(),
                decision.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                decision.code().text(),
                decision.policy(),
                decision.reason(),
                decision.audited(),
                explained.steps(),
                explained.defaultDecision(),
                called.getRoutesList());
    }

    private static Answer beforePolicy(
            ExplainedCaller caller, CalledWorkload called, boolean allowed, @Nullable String code, String reason) {
        return new Answer(
                caller.getName(),
                orNull(caller.getIdentity()),
                called.getWorkload(),
                called.getPort(),
                orNull(called.getVia()),
                null,
                allowed,
                allowed ? "allow" : "deny",
                code,
                null,
                reason,
                List.of(),
                List.of(),
                null,
                called.getRoutesList());
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
