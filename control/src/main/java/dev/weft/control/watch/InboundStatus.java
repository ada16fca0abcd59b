package dev.weft.control.watch;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How far the proxy of a meshed workload has taken over the workload's inbound configuration: its mode, ports and
 * policies.
 *
 * @param reason why it is not in force; empty if it is
 * @param cutOff peers that the proxy admitted recently and that its policies refuse now, ten at most
 * @param capabilities the capabilities that the proxy reported; empty if it reported none, or was never connected
 */
public record InboundStatus(State state, String reason, List<CutOffPeer> cutOff, Set<String> capabilities) {

    /** Whether the proxy follows the present configuration. */
    public enum State {
        /** The proxy has acknowledged it. It also follows it while it is disconnected. */
        IN_FORCE,
        /** The proxy has not answered yet, or it is away and had acknowledged another configuration. */
        WAITING,
        /** The proxy was never connected since the control plane started. */
        NEVER_CONNECTED,
        /** The proxy has refused it, and uses its former configuration, or admits no one. */
        REFUSED
    }

    public InboundStatus {
        cutOff = List.copyOf(cutOff);
        capabilities = Set.copyOf(capabilities);
    }

    static InboundStatus of(ExpectedProxy proxy, ServedWorkload served) {
        Optional<ConnectedProxy> last = proxy.last();
        if (last.isEmpty()) {
            return new InboundStatus(
                    State.NEVER_CONNECTED, "was never connected since the control plane started", List.of(), Set.of());
        }
        List<CutOffPeer> cutOff = last.get().cutOff();
        Set<String> capabilities = last.get().capabilities();
        Optional<String> refusal = last.get().inboundRefusal();
        if (refusal.isPresent()) {
            return new InboundStatus(State.REFUSED, refusal.get(), cutOff, capabilities);
        }
        if (last.get()
                .inboundVersion()
                .filter(served.inbound(capabilities).getVersion()::equals)
                .isPresent()) {
            return new InboundStatus(State.IN_FORCE, "", cutOff, capabilities);
        }
        String reason = proxy.connected()
                ? "has not acknowledged it yet"
                : proxy.since().map(since -> "disconnected since " + since).orElse("disconnected");
        return new InboundStatus(State.WAITING, reason, cutOff, capabilities);
    }
}
