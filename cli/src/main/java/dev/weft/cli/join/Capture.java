package dev.weft.cli.join;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.local.supervisor.MachineSidecar;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * What of the machine's connections goes through the sidecar.
 *
 * @param skipInboundPorts ports of this machine that others reach without it
 * @param skipOutboundPorts ports of others that this machine reaches without it
 * @param excluded ranges that it reaches without it
 */
public record Capture(List<Integer> skipInboundPorts, List<Integer> skipOutboundPorts, List<String> excluded) {

    public Capture {
        skipInboundPorts = List.copyOf(skipInboundPorts);
        skipOutboundPorts = List.copyOf(skipOutboundPorts);
        excluded = List.copyOf(excluded);
    }

    /** Puts it in force, in place of what was; of datagrams these come in, and questions to these servers are answered. */
    void begin(Datagrams datagrams, List<InetAddress> nameServers) throws InterruptedException {
        try {
            MachineSidecar.capture(skipInboundPorts, skipOutboundPorts, excluded, datagrams, nameServers);
        } catch (IOException | IllegalArgumentException e) {
            throw impossible(e);
        }
    }

    /** Ends what is in force; also where nothing is. */
    public static void end() throws InterruptedException {
        try {
            MachineSidecar.release();
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    private static CommandFailure impossible(Exception e) {
        return new CommandFailure(
                ExitCode.FAILED,
                "WEFT-J007",
                "the capture rules cannot be changed here: " + e.getMessage(),
                "it needs root, or CAP_NET_ADMIN, and nft (on Debian and Ubuntu: apt-get install nftables)");
    }
}
