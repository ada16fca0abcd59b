package dev.weft.proxy;

import dev.weft.daemon.log.Logs;
import dev.weft.proxy.identity.SecurityProviders;
import dev.weft.proxy.loop.EpollLoops;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.settings.ProxySettings;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A training run for the build, which takes about a second: two sidecars in one process join a mesh and carry
 * connections from one to the other, without capture by the kernel or network namespaces. The classes that it loads and
 * links go into the class cache that sidecars start from. Never used in a mesh.
 */
public final class RehearsalMain {
    /** Separates the flags of the caller's sidecar from those of the callee's; both are flags of {@link ProxyMain}. */
    private static final String SEPARATOR = "--and";

    private static final int CONNECTIONS = 40;
    private static final int REQUEST_BYTES = 4096;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final List<String> PAGES =
            List.of("/ready", "/live", "/metrics", "/status", "/connections", "/config", "/certificate");
    private static final InetSocketAddress SERVICE = new InetSocketAddress(InetAddress.ofLiteral("10.96.0.1"), 80);

    private RehearsalMain() {}

    /** Exits with status 0 when every connection came through. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        SecurityProviders.reduce();
        List<String> flags = Arrays.asList(arguments);
        int split = flags.indexOf(SEPARATOR);
        ProxySettings caller = ProxySettings.parse(flags.subList(0, split), Map.of());
        ProxySettings callee = ProxySettings.parse(flags.subList(split + 1, flags.size()), Map.of());
        Logs.start(caller.logLevel(), "info");
        try (ServerSocket application = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().name("application").start(() -> echo(application));
            run(caller, callee, (InetSocketAddress) application.getLocalSocketAddress());
        }
        System.exit(0);
    }

    private static void run(ProxySettings callerSettings, ProxySettings calleeSettings, InetSocketAddress application)
            throws IOException, InterruptedException {
        EventLoopGroup loops = EpollLoops.of(1, new DefaultThreadFactory("weft-loop", true));
        Clock clock = Clock.systemUTC();
        try (Wiring caller = new Wiring(callerSettings, clock, loops, _ -> SERVICE, _ -> application);
                Wiring callee = new Wiring(calleeSettings, clock, loops, _ -> SERVICE, _ -> application)) {
            caller.start();
            callee.start();
            caller.workload().awaitOpen();
            callee.workload().awaitOpen();
            int tunnelPort = Objects.requireNonNull(callee.workload().ports()).tunnel();
            Route.Endpoint endpoint = new Route.Endpoint(application, calleeSettings.identity(), tunnelPort, 1);
            lead(caller.workload().directory(), new Route.ToEndpoints(List.of(endpoint)));
            int outbound = Objects.requireNonNull(caller.workload().ports()).outbound();
            for (int i = 0; i < CONNECTIONS; i++) {
                request(outbound);
            }
            for (String page : PAGES) {
                read(callee.admin().address(), page);
                read(calleeSettings.adminSocket().orElseThrow(), page);
            }
        }
    }

    /**
     * Replaces the control plane's answer for the address: the control plane knows no such Service. Waits for that
     * answer first, which comes only once.
     */
    private static void lead(Directory directory, Route route) throws IOException, InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Directory.Watcher watcher = told::countDown;
        if (!directory.watch(SERVICE, watcher) || !told.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IOException("the control plane did not say the addresses of " + SERVICE);
        }
        directory.unwatch(SERVICE, watcher);
        directory.update(SERVICE, route);
    }

    private static void request(int port) throws IOException {
        byte[] request = new byte[REQUEST_BYTES];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            int answered = socket.getInputStream().readAllBytes().length;
            if (answered != REQUEST_BYTES) {
                throw new IOException("answer of " + answered + " bytes (expected: " + REQUEST_BYTES + ")");
            }
        }
    }

    private static void read(InetSocketAddress admin, String page) throws IOException {
        try (Socket socket = new Socket(admin.getAddress(), admin.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(adminRequest(page));
            requireAnswer(socket.getInputStream(), page);
        }
    }

    /** Reads without a limit of time: Java has none for such sockets. */
    private static void read(Path admin, String page) throws IOException {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(admin))) {
            socket.write(ByteBuffer.wrap(adminRequest(page)));
            requireAnswer(Channels.newInputStream(socket), page);
        }
    }

    private static byte[] adminRequest(String page) {
        return ("GET " + page + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void requireAnswer(InputStream answer, String page) throws IOException {
        if (answer.read() < 0) {
            throw new IOException("no answer to " + page);
        }
    }

    private static void echo(ServerSocket application) {
        while (!application.isClosed()) {
            try (Socket socket = application.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                if (!application.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
