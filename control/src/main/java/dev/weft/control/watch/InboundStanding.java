package dev.weft.control.watch;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How far the proxy of a meshed workload is with what the workload accepts: its mode, its ports and the policies about it.
 *
 * @param reason why it is not in force; empty where it is
 * @param cutOff peers that the proxy admitted of late and that its policies refuse now, ten at most
 * @param capabilities what the proxy said that it can do; empty if it said nothing of it, or was never connected
 */
public record InboundStanding(How how, String reason, List<CutOffPeer> cutOff, Set<String> capabilities) {

    /** Whether the proxy follows what the workload accepts now. */
    public enum How {
        /** It has acknowledged it. It goes on by it also while it is disconnected. */
        IN_FORCE,
        /** It has not answered yet, or it is away and had acknowledged something else. */
        WAITING,
        /** It was never connected since the control plane started. */
        NEVER_CONNECTED,
        /** It has refused it, and admits by what it had before, or no one. */
        REFUSED
    }

    public InboundStanding {
        cutOff = List.copyOf(cutOff);
        capabilities = Set.copyOf(capabilities);
    }

    static InboundStanding of(ExpectedProxy proxy, Served served) {
        Optional<ConnectedProxy> last = proxy.last();
        if (last.isEmpty()) {
            return new InboundStanding(
                    How.NEVER_CONNECTED, "was never connected since the control plane started", List.of(), Set.of());
        }
        List<CutOffPeer> cutOff = last.get().cutOff();
        Set<String> capabilities = last.get().capabilities();
        Optional<String> refusal = last.get().inboundRefusal();
        if (refusal.isPresent()) {
            return new InboundStanding(How.REFUSED, refusal.get(), cutOff, capabilities);
        }
        if (last.get()
                .inboundVersion()
                .filter(served.inbound(capabilities).getVersion()::equals)
                .isPresent()) {
            return new InboundStanding(How.IN_FORCE, "", cutOff, capabilities);
        }
        String reason = proxy.connected()
                ? "has not acknowledged it yet"
                : proxy.since().map(since -> "disconnected since " + since).orElse("disconnected");
        return new InboundStanding(How.WAITING, reason, cutOff, capabilities);
    }
}
