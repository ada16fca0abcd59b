package dev.weft.control.explain;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CalledWorkload;
import dev.weft.api.v1.ExplainCallRequest;
import dev.weft.api.v1.ExplainOutsideRequest;
import dev.weft.api.v1.ExplainedCall;
import dev.weft.api.v1.ExplainedCaller;
import dev.weft.api.v1.ExplainedOutside;
import dev.weft.api.v1.ListRoutesRequest;
import dev.weft.api.v1.RoutedPort;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.select.PolicyIndex;
import dev.weft.policy.wire.PolicyWire;
import io.grpc.Status.Code;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about the objects of a mesh. Each method throws {@link RefusedException} if a name in the
 * question is unknown.
 *
 * @param objects the objects at one moment
 * @param trustDomain trust domain of their identities
 * @param where where the objects are, for messages: for example {@code the mesh file}
 */
public record Questions(Snapshot objects, TrustDomain trustDomain, String where) {

    /** The name in a question for a caller without a sidecar. */
    public static final String UNAUTHENTICATED = "unauthenticated";

    /** The words of the question have no meaning. */
    static final Reason MEANINGLESS = Reason.of("WEFT-L100", Code.INVALID_ARGUMENT);

    /** No object has the name. */
    static final Reason UNKNOWN = Reason.of("WEFT-L103", Code.NOT_FOUND);

    /** Several objects have the name. */
    static final Reason SEVERAL = Reason.of("WEFT-L104", Code.NOT_FOUND);

    /** The Service has no such port, or it leads nowhere. */
    static final Reason NO_PORT = Reason.of("WEFT-L109", Code.NOT_FOUND);

    /** The answer is too long. */
    static final Reason TOO_LONG = Reason.of("WEFT-L354", Code.NOT_FOUND);

    public Questions {
        requireNonNull(objects, "objects");
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(where, "where");
    }

    /** Explains what decides whether one workload may call another: the caller first, then each called workload. */
    public List<ExplainedCall> call(ExplainCallRequest request) {
        return call(request, Long.MAX_VALUE);
    }

    /**
     * Explains a call as above, with a bounded answer.
     *
     * @param most most octets of an answer about several workloads
     */
    List<ExplainedCall> call(ExplainCallRequest request, long most) {
        QuestionCaller caller = QuestionCaller.of(request.getFrom(), address(request.getAddress()), this);
        List<CalledPort> all = CalledPort.of(request.getTo(), this);
        SpiffeId identity = caller.peer().identity();
        List<ExplainedCall> calls = new ArrayList<>();
        calls.add(ExplainedCall.newBuilder()
                .setCaller(ExplainedCaller.newBuilder()
                        .setName(caller.name())
                        .setIdentity(identity == null ? "" : identity.toString())
                        .setAddress(ByteString.copyFrom(caller.peer().address().getAddress()))
                        .setTrustDomain(trustDomain.name()))
                .build());
        PolicyIndex policies = PolicyIndex.of(objects.policies().values());
        long octets = 0;
        for (CalledPort called : all) {
            ExplainedCall message = ExplainedCall.newBuilder()
                    .setCalled(message(called, caller, policies))
                    .build();
            octets += message.getSerializedSize();
            if (octets > most && all.size() > 1) {
                throw new RefusedException(
                        TOO_LONG,
                        request.getTo() + " leads to " + all.size()
                                + " workloads, and their policies are more than one answer holds",
                        "ask about one of them, as " + called.workload().name() + ":" + called.port());
            }
            calls.add(message);
        }
        return calls;
    }

    private CalledWorkload message(CalledPort called, QuestionCaller caller, PolicyIndex policies) {
        CalledWorkload.Builder builder = CalledWorkload.newBuilder()
                .setWorkload(called.workload().name().toString())
                .setPort(called.port())
                .setVia(called.via() == null ? "" : called.via())
                .setOpen(called.open())
                .setStrict(objects.inboundMode(called.workload()) == InboundMode.STRICT)
                .setPolicies(PolicyWire.toProto(
                        policies.policySetFor(called.workload(), objects.defaultDecision(called.workload()))))
                .addAllRoutes(called.routes());
        OutsideCalls.of(caller.workload(), called, this).ifPresent(outside -> {
            builder.setOutside(outside);
            objects.addressesOf(called.workload()).stream()
                    .findFirst()
                    .map(address -> InetAddress.ofLiteral(address).getAddress())
                    .ifPresent(octets -> builder.setAddress(ByteString.copyFrom(octets)));
        });
        return builder.build();
    }

    /** Explains what decides about a workload's calls to outside of the mesh. */
    public ExplainedOutside outside(ExplainOutsideRequest request) {
        return OutsideCalls.of(request, address(request.getAddress()), this);
    }

    /** Returns the routes of Services, port by port. */
    public List<RoutedPort> routes(ListRoutesRequest request) {
        return new RoutedPorts(this).of(request);
    }

    private static @Nullable InetAddress address(ByteString octets) {
        if (octets.isEmpty()) {
            return null;
        }
        try {
            return InetAddress.getByAddress(octets.toByteArray());
        } catch (UnknownHostException _) {
            throw new RefusedException(
                    MEANINGLESS,
                    "address: " + octets.size() + " octets (expected: 4 or 16)",
                    "use the weft of the control plane's version");
        }
    }
}
