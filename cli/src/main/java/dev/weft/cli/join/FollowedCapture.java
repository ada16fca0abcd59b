package dev.weft.cli.join;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import dev.weft.proxy.names.ResolvConf;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The capture of a machine's connections, which follows the mode and the UDP ports of its workload, as the sidecar's
 * status has them, and the machine's name servers.
 */
final class FollowedCapture {

    /** Lists the machine's name servers. */
    static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final Optional<Capture> capture;

    @GuardedBy("this")
    private Datagrams datagrams = Datagrams.NONE;

    @GuardedBy("this")
    private List<InetAddress> nameServers = List.of();

    @GuardedBy("this")
    private boolean stopped;

    private volatile boolean active;

    /** @param capture which connections go through the sidecar; if empty, none is captured */
    FollowedCapture(Optional<Capture> capture) {
        this.capture = capture;
    }

    boolean active() {
        return active;
    }

    /** Starts the capture before the sidecar runs, so that nothing leaves unencrypted until then. */
    synchronized void begin() throws InterruptedException {
        apply(Datagrams.NONE);
    }

    /** Starts the capture, or adjusts it to the sidecar's status. */
    synchronized void follow(JsonNode status) throws InterruptedException {
        JsonNode inbound = status.path("inbound");
        List<Integer> udpPorts = new ArrayList<>();
        inbound.path("udpPorts").forEach(port -> udpPorts.add(port.asInt()));
        apply(Datagrams.of(!"permissive".equals(inbound.path("mode").asString("")), udpPorts));
    }

    private synchronized void apply(Datagrams wanted) throws InterruptedException {
        List<InetAddress> asked = ResolvConf.nameServers(RESOLV_CONF);
        if (capture.isPresent() && !stopped && !(active && wanted.equals(datagrams) && asked.equals(nameServers))) {
            capture.get().begin(wanted, asked);
            datagrams = wanted;
            nameServers = asked;
            active = true;
        }
    }

    /** Leaves the rules as they are from now on. */
    synchronized void stopFollowing() {
        stopped = true;
    }

    synchronized void end() throws InterruptedException {
        if (active) {
            Capture.end();
            active = false;
        }
    }
}
