package dev.weft.control.rotate;

import dev.weft.control.token.Machine;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds proxies that were shut out on purpose, so that the rotation does not wait for them: their machine, certificate
 * or identity is revoked, or their workload was deleted and should be gone, and they are not connected. A proxy that
 * returns with another certificate counts again. Also found is a proxy whose service account was deleted, connected or
 * not: it gets no certificate of another issuer.
 */
record ExcludedProxies(RotationParts parts) {

    private static final int HEX = 16;

    /** Returns the expected proxies that were not shut out. */
    List<ExpectedProxy> others() {
        TrustDomain own = parts.state().trustDomain();
        Revocations revoked =
                parts.trust().bundles().find(own).map(TrustBundle::revocations).orElse(Revocations.NONE);
        Set<String> machines = machines();
        Instant now = parts.clock().instant();
        Set<String> overdue = parts.overdue().apply(now);
        return parts.mesh().expected().stream()
                .filter(proxy -> !proxy.identityEnded())
                .filter(proxy -> proxy.connected()
                        || !(machines.contains(proxy.workload())
                                || overdue.contains(proxy.workload())
                                || identity(proxy, revoked, now)
                                || certificate(proxy, revoked)))
                .toList();
    }

    /** Returns the workloads whose machines are all revoked. */
    private Set<String> machines() {
        List<Machine> all = parts.machines().list();
        Set<String> revoked = workloads(all, true);
        revoked.removeAll(workloads(all, false));
        return revoked;
    }

    private static Set<String> workloads(List<Machine> machines, boolean revoked) {
        return machines.stream()
                .filter(machine -> machine.revoked().isPresent() == revoked)
                .flatMap(machine -> machine.token().workload().stream())
                .collect(Collectors.toSet());
    }

    private static boolean identity(ExpectedProxy proxy, Revocations revoked, Instant now) {
        Instant until = revoked.identities().get(proxy.identity());
        return until != null && now.isBefore(until);
    }

    private static boolean certificate(ExpectedProxy proxy, Revocations revoked) {
        return proxy.leaf()
                .filter(leaf ->
                        revoked.certificates().contains(new SerialNumber(new BigInteger(leaf.serialNumber(), HEX))))
                .isPresent();
    }
}
