package dev.weft.proxy.sidecar;

import dev.weft.proxy.settings.ProxySettings;
import java.util.HashSet;
import java.util.Set;

/**
 * The TCP ports of the sidecar itself. The sidecar carries no connection to them: such a connection would arrive with
 * the workload's own address as its source, and be judged by that.
 */
public final class OwnPorts {
    private volatile Set<Integer> ports;

    /** Starts with the ports that the settings name. */
    public OwnPorts(ProxySettings settings) {
        ports = Set.of();
        add(
                settings.outboundPort(),
                settings.inboundPort(),
                settings.tunnelPort(),
                settings.namesPort(),
                settings.adminAddress().getPort());
    }

    /** Adds ports that the kernel has chosen. */
    public synchronized void add(int... more) {
        Set<Integer> all = new HashSet<>(ports);
        for (int port : more) {
            if (port != 0) {
                all.add(port);
            }
        }
        ports = Set.copyOf(all);
    }

    /** Whether this is a port of the sidecar. */
    public boolean has(int port) {
        return ports.contains(port);
    }
}
