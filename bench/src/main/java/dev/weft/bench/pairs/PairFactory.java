package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Link;
import dev.weft.bench.lab.Pod;
import dev.weft.bench.lab.Program;
import dev.weft.bench.lab.WebServer;
import dev.weft.bench.load.LoadAgent;
import dev.weft.bench.settings.BenchSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Creates the environment for the requested pairs, and the pairs. Closing it removes all of them. */
public final class PairFactory implements AutoCloseable {
    private static final int FIRST_PORT = 18_000;
    private static final List<String> NAMES = List.of(
            "haproxy",
            "haproxy-64k",
            "haproxy-http",
            "nginx",
            "nginx-http",
            "stunnel",
            "direct",
            "weft",
            "weft-http",
            "weft-100-rules",
            "weft-10000-rules",
            "weft-flags",
            "weft-other",
            "weft-http-other");

    private final BenchSettings settings;
    private final Path folder;
    private final List<Runnable> closings = new ArrayList<>();

    /** Creates a factory whose logs and configuration files go to this folder. */
    public PairFactory(BenchSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /**
     * Starts the pairs, and returns them.
     *
     * @throws IllegalArgumentException if a name is not the name of a pair
     */
    public List<ProxyPair> start() {
        WebServer.prepare(folder, settings.bulkBytes());
        List<ProxyPair> pairs = new ArrayList<>();
        PeerPair.Site site = site();
        for (String name : settings.pairs()) {
            ProxyPair pair = pair(name, site, FIRST_PORT + pairs.size());
            closings.add(pair::close);
            pair.restart();
            pairs.add(pair);
        }
        return pairs;
    }

    private PeerPair.Site site() {
        Link link = Link.create(folder);
        closings.add(link::close);
        Pod client = link.addPod("client");
        Pod server = link.addPod("server");
        Path log = folder.resolve("nginx.log");
        Program webServer = Program.start(server.command(settings.loadCore(), WebServer.command(folder)), log);
        closings.add(webServer::close);
        LoadAgent load = LoadAgent.start(
                client.command(settings.loadCore(), LoadAgent.command()), folder.resolve("load-peers.log"));
        closings.add(load::close);
        return new PeerPair.Site(
                client,
                server,
                load,
                Certificates.create(folder.resolve("certificates")),
                folder,
                settings.loadCore(),
                settings.proxyCore());
    }

    private ProxyPair pair(String name, PeerPair.Site site, int port) {
        return switch (name) {
            case "haproxy" -> haproxy(name, Haproxy.Mode.TCP, Haproxy.DEFAULT_BUFFER_BYTES, site, port);
            case "haproxy-64k" -> haproxy(name, Haproxy.Mode.TCP, 4 * Haproxy.DEFAULT_BUFFER_BYTES, site, port);
            case "haproxy-http" -> haproxy(name, Haproxy.Mode.HTTP, Haproxy.DEFAULT_BUFFER_BYTES, site, port);
            case "nginx" -> new PeerPair(new NginxStream(), site, port);
            case "nginx-http" -> new PeerPair(new NginxHttp(), site, port);
            case "stunnel" -> new PeerPair(new Stunnel(), site, port);
            case "direct" -> new Direct(site);
            case "weft" -> weft(name, WeftMesh.OWN_COMMAND, "", WeftPolicies.CONNECTIONS);
            case "weft-http" -> weft(name, WeftMesh.OWN_COMMAND, "", new WeftPolicies(1));
            case "weft-100-rules" -> weft(name, WeftMesh.OWN_COMMAND, "", new WeftPolicies(100));
            case "weft-10000-rules" -> weft(name, WeftMesh.OWN_COMMAND, "", new WeftPolicies(10_000));
            case "weft-flags" -> weft(name, WeftMesh.OWN_COMMAND, settings.jvmFlags(), WeftPolicies.CONNECTIONS);
            case "weft-other" -> weft(name, settings.otherWeft(), "", WeftPolicies.CONNECTIONS);
            case "weft-http-other" -> weft(name, settings.otherWeft(), "", new WeftPolicies(1));
            default -> throw new IllegalArgumentException("--pairs: " + name + " (expected: " + NAMES + ")");
        };
    }

    private static ProxyPair haproxy(String name, Haproxy.Mode mode, int bufferBytes, PeerPair.Site site, int port) {
        return new PeerPair(new Haproxy(name, mode, bufferBytes), site, port);
    }

    private ProxyPair weft(String name, Path command, String jvmFlags, WeftPolicies policies) {
        return new WeftPair(
                new WeftMesh(name, command, jvmFlags, policies, folder, settings.loadCore(), settings.proxyCore()));
    }

    @Override
    public void close() {
        closings.reversed().forEach(Runnable::run);
    }
}
