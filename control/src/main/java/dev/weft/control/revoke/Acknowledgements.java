package dev.weft.control.revoke;

import dev.weft.api.v1.Missing;
import dev.weft.api.v1.Spread;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Waits for the proxies to acknowledge a trust bundle. Safe for use by several threads. */
record Acknowledgements(MeshEndpoint mesh) {

    /** Interval at which all proxies are checked. */
    private static final Duration PACE = Duration.ofMillis(20);

    /** Waits until all proxies use the present bundle of the trust domain, or until the time is over. */
    Spread await(TrustDomain trustDomain, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        Spread now = current(trustDomain);
        while (now.getMissingCount() > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(PACE);
            now = current(trustDomain);
        }
        return now;
    }

    /** Returns which proxies use the present bundle of the trust domain now. */
    Spread current(TrustDomain trustDomain) {
        Map<String, ConnectedProxy> connected = newest();
        Set<String> cutOff = mesh.cutOff();
        Spread.Builder spread = Spread.newBuilder();
        for (String workload : new TreeSet<>(mesh.workloads())) {
            ConnectedProxy proxy = connected.get(workload);
            if (proxy != null && mesh.runsOnBundle(proxy, trustDomain)) {
                spread.addAcknowledged(workload);
            } else if (proxy == null && cutOff.contains(workload)) {
                spread.addCutOff(workload);
            } else {
                spread.addMissing(Missing.newBuilder().setWorkload(workload).setReason(reason(proxy)));
            }
        }
        return spread.build();
    }

    /** Returns the newest stream of each workload; a workload that reconnects has two for a moment. */
    private Map<String, ConnectedProxy> newest() {
        return mesh.proxies().stream()
                .collect(Collectors.toMap(
                        ConnectedProxy::workload,
                        Function.identity(),
                        (one, other) -> one.since().isAfter(other.since()) ? one : other));
    }

    private static String reason(@Nullable ConnectedProxy proxy) {
        if (proxy == null) {
            return "is not connected: it gets the bundle when it connects";
        }
        return proxy.lastRefusal().map(refusal -> "refused: " + refusal).orElse("has not answered yet");
    }
}
