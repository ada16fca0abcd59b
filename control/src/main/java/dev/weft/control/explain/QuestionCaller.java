package dev.weft.control.explain;

import dev.weft.control.refusal.RefusedException;
import dev.weft.identity.spiffe.InvalidSpiffeIdException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.decide.Peer;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The caller in a question.
 *
 * @param name as given, qualified with the namespace
 * @param peer the caller as the called side's sidecar sees it
 * @param workload the named workload; null if none was named
 */
record QuestionCaller(String name, Peer peer, @Nullable Workload workload) {

    private static final String SCHEME = "spiffe://";

    /** An address that no range written by a person contains. */
    private static final String NOWHERE = "0.0.0.0";

    /**
     * Resolves the named caller: a workload, a SPIFFE ID, or {@link Questions#UNAUTHENTICATED}.
     *
     * @param address address of the caller; null for the workload's own address, or else one that no cidr contains
     */
    static QuestionCaller of(String given, @Nullable InetAddress address, Questions asked) {
        if (given.equals(Questions.UNAUTHENTICATED)) {
            return new QuestionCaller("an unauthenticated caller", new Peer(null, orNowhere(address)), null);
        }
        if (given.startsWith(SCHEME)) {
            return new QuestionCaller(given, new Peer(parse(given), orNowhere(address)), null);
        }
        Workload workload = workload(given, asked);
        List<String> own = asked.objects().addressesOf(workload);
        InetAddress from =
                address != null || own.isEmpty() ? orNowhere(address) : InetAddress.ofLiteral(own.getFirst());
        SpiffeId identity = workload.meshed() ? workload.identity(asked.trustDomain()) : null;
        return new QuestionCaller(workload.name().toString(), new Peer(identity, from), workload);
    }

    static Workload workload(String given, Questions asked) {
        Snapshot objects = asked.objects();
        return ObjectLookup.find(
                "workload",
                asked.where(),
                given,
                List.copyOf(objects.workloads().values()),
                each -> each.name().toString());
    }

    private static SpiffeId parse(String given) {
        try {
            return SpiffeId.parse(given);
        } catch (InvalidSpiffeIdException e) {
            throw new RefusedException(
                    Questions.MEANINGLESS,
                    "--from: " + e.getMessage(),
                    "expected: a workload, a SPIFFE ID, or " + Questions.UNAUTHENTICATED);
        }
    }

    private static InetAddress orNowhere(@Nullable InetAddress address) {
        return address == null ? InetAddress.ofLiteral(NOWHERE) : address;
    }
}
