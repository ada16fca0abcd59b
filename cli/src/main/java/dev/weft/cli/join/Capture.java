package dev.weft.cli.join;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.local.supervisor.MachineSidecar;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Which connections of the machine go through the sidecar: all except those listed here.
 *
 * @param skipInboundPorts ports of this machine that callers reach without the sidecar
 * @param skipOutboundPorts ports of other machines that this machine reaches without the sidecar
 * @param excluded address ranges that this machine reaches without the sidecar
 */
public record Capture(List<Integer> skipInboundPorts, List<Integer> skipOutboundPorts, List<String> excluded) {

    public Capture {
        skipInboundPorts = List.copyOf(skipInboundPorts);
        skipOutboundPorts = List.copyOf(skipOutboundPorts);
        excluded = List.copyOf(excluded);
    }

    /**
     * Puts these capture rules in force, in place of earlier ones. {@code datagrams} says which datagrams may come in
     * from outside; DNS questions to {@code nameServers} are answered by the sidecar.
     */
    void begin(Datagrams datagrams, List<InetAddress> nameServers) throws InterruptedException {
        try {
            MachineSidecar.capture(skipInboundPorts, skipOutboundPorts, excluded, datagrams, nameServers);
        } catch (IOException | IllegalArgumentException e) {
            throw impossible(e);
        }
    }

    /** Removes the capture rules; does nothing if there are none. */
    public static void end() throws InterruptedException {
        try {
            MachineSidecar.release();
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    private static CommandFailure impossible(Exception e) {
        return CommandFailure.failed(
                "WEFT-J007",
                "the capture rules cannot be changed here: " + e.getMessage(),
                "it needs root, or CAP_NET_ADMIN, and nft (on Debian and Ubuntu: apt-get install nftables)");
    }
}
