package dev.weft.proxy.sidecar;

import dev.weft.proxy.settings.ProxySettings;
import java.util.HashSet;
import java.util.Set;

/**
 * The TCP ports of the sidecar itself. What it carries never leads to one of them: it would arrive with the workload's own
 * address as its source, and be judged by that.
 */
public final class OwnPorts {
    private volatile Set<Integer> ports;

    /** Those that the settings name. */
    public OwnPorts(ProxySettings settings) {
        ports = Set.of();
        add(
                settings.outboundPort(),
                settings.inboundPort(),
                settings.tunnelPort(),
                settings.namesPort(),
                settings.adminAddress().getPort());
    }

    /** These too, where the kernel has chosen. */
    public synchronized void add(int... more) {
        Set<Integer> all = new HashSet<>(ports);
        for (int port : more) {
            if (port != 0) {
                all.add(port);
            }
        }
        ports = Set.copyOf(all);
    }

    /** Whether this is one of them. */
    public boolean has(int port) {
        return ports.contains(port);
    }
}
