package dev.weft.proxy.names;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.observe.SidecarMetrics;
import dev.weft.proxy.settings.ProxySettings;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workload's DNS resolver. It opens at the start, before the workload knows enough to serve, because the sidecar
 * itself may need a name to find its control plane. Safe for any thread.
 */
public final class Names implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Names.class);

    /** How often a port that is taken is tried again, and the machine's name servers are read. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int IDS = 1 << 16;

    private final EventLoop loop;
    private final int wantedPort;
    private final Optional<Path> resolvConf;
    private final NameBook book;
    private final NameServer server;
    private volatile List<InetAddress> nameServers = List.of();
    private volatile @Nullable String failure;
    private volatile OptionalInt port = OptionalInt.empty();
    private volatile boolean closed;

    @GuardedBy("this")
    private @Nullable Future<?> looking;

    /**
     * A resolver that is closed until {@link #open}.
     *
     * @param loop the event loop that everything runs on
     */
    public Names(
            ProxySettings settings,
            Sockets sockets,
            EventLoop loop,
            Subscriptions subscriptions,
            SidecarMetrics metrics) {
        this(settings, sockets, loop, subscriptions, metrics, Dns.PORT);
    }

    /** @param upstreamPort port of the other name servers */
    Names(
            ProxySettings settings,
            Sockets sockets,
            EventLoop loop,
            Subscriptions subscriptions,
            SidecarMetrics metrics,
            int upstreamPort) {
        this.loop = loop;
        this.wantedPort = settings.namesPort();
        this.resolvConf = settings.resolvConf();
        String workload = settings.workload();
        this.book = new NameBook(
                loop,
                subscriptions,
                new NameScope(
                        workload.substring(0, workload.indexOf('/')),
                        List.of(settings.trustDomain().name()),
                        Optional.empty(),
                        settings.controlPlane().getHostString()),
                System::nanoTime);
        SecureRandom random = new SecureRandom();
        Upstreams upstreams = new Upstreams(
                new Upstreams.Way(sockets, loop, () -> random.nextInt(IDS)), upstreamPort, () -> nameServers);
        this.server = new NameServer(sockets, loop, new QueryHandling(new Resolver(book, upstreams), metrics));
        metrics.registry().gauge("weft_names", "Names of the mesh that are known or were requested", book::size);
    }

    /** The names of the mesh, which take the control plane's answers. */
    public NameBook book() {
        return book;
    }

    /** Starts to answer, and retries while the port is taken. Must not be called on an event loop. */
    public synchronized void open() {
        look();
        // Files and binding must not block the event loop.
        looking = Repetition.every(loop, LOOK, () -> Thread.startVirtualThread(this::look));
    }

    private synchronized void look() {
        if (closed) {
            return;
        }
        resolvConf.ifPresent(file -> nameServers = ResolvConf.nameServers(file));
        if (port.isPresent()) {
            if (resolvConf.isEmpty() && looking != null) {
                looking.cancel(false);
            }
            return;
        }
        try {
            port = OptionalInt.of(server.open(wantedPort));
            failure = null;
        } catch (IllegalStateException e) {
            if (failure == null) {
                LOG.error("Cannot answer questions for names, trying again: {}", e.getMessage());
            }
            failure = "cannot listen: " + e.getMessage();
        }
    }

    /** Returns the bound port, or empty before the resolver is open. */
    public OptionalInt port() {
        return port;
    }

    /** Returns why the resolver is not open, or {@code null} if it is open, or opening was not tried. */
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (looking != null) {
            looking.cancel(false);
        }
        server.close();
    }
}
