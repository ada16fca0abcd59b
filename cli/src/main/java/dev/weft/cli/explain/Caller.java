package dev.weft.cli.explain;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Named;
import dev.weft.identity.spiffe.InvalidSpiffeIdException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.decide.Peer;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who calls.
 *
 * @param name as it was given, qualified
 * @param peer what the called side's sidecar sees of it
 */
record Caller(String name, Peer peer) {

    /** What stands for a caller without a sidecar. */
    static final String UNAUTHENTICATED = "unauthenticated";

    private static final String SCHEME = "spiffe://";

    /** An address that no range written by a person contains. */
    private static final String NOWHERE = "0.0.0.0";

    /**
     * The caller that was named: a workload, a SPIFFE ID, or {@link #UNAUTHENTICATED}.
     *
     * @param address where the call comes from; null for the workload's own address, or none that a cidr contains
     */
    static Caller of(String given, @Nullable InetAddress address, Snapshot snapshot, TrustDomain trustDomain) {
        if (given.equals(UNAUTHENTICATED)) {
            return new Caller("an unauthenticated caller", new Peer(null, orNowhere(address)));
        }
        if (given.startsWith(SCHEME)) {
            return new Caller(given, new Peer(parse(given), orNowhere(address)));
        }
        Workload workload = Named.find(
                "workload",
                "the mesh file",
                given,
                List.copyOf(snapshot.workloads().values()),
                each -> each.name().toString());
        List<String> own = snapshot.addressesOf(workload);
        InetAddress from =
                address != null || own.isEmpty() ? orNowhere(address) : InetAddress.ofLiteral(own.getFirst());
        SpiffeId identity = workload.meshed() ? workload.identity(trustDomain) : null;
        return new Caller(workload.name().toString(), new Peer(identity, from));
    }

    private static SpiffeId parse(String given) {
        try {
            return SpiffeId.parse(given);
        } catch (InvalidSpiffeIdException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "--from: " + e.getMessage(),
                    "expected: a workload, a SPIFFE ID, or " + UNAUTHENTICATED);
        }
    }

    private static InetAddress orNowhere(@Nullable InetAddress address) {
        return address == null ? InetAddress.ofLiteral(NOWHERE) : address;
    }
}
