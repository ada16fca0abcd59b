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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Creates the environment for the requested pairs, and the pairs. Closing it removes all of them. */
public final class PairFactory implements AutoCloseable {
    private static final int FIRST_PORT = 18_000;
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
        Map<String, IntFunction<ProxyPair>> known = known(site);
        for (String name : settings.pairs()) {
            IntFunction<ProxyPair> constructor = known.get(name);
            if (constructor == null) {
                throw new IllegalArgumentException("--pairs: " + name + " (expected: " + known.keySet() + ")");
            }
            ProxyPair pair = constructor.apply(FIRST_PORT + pairs.size());
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

    /** Returns what creates each pair, by its name; the number is the first port that it may use. */
    private Map<String, IntFunction<ProxyPair>> known(PeerPair.Site site) {
        int buffer = Haproxy.DEFAULT_BUFFER_BYTES;
        List<Peer> peers = List.of(
                new Haproxy("haproxy", Haproxy.Mode.TCP, buffer),
                new Haproxy("haproxy-64k", Haproxy.Mode.TCP, 4 * buffer),
                new Haproxy("haproxy-http", Haproxy.Mode.HTTP, buffer),
                new Nginx(false),
                new Nginx(true),
                new Stunnel());
        Path own = WeftMesh.OWN_COMMAND;
        List<WeftMesh> meshes = List.of(
                mesh("weft", own, "", WeftPolicies.CONNECTIONS),
                mesh("weft-http", own, "", new WeftPolicies(1)),
                mesh("weft-100-rules", own, "", new WeftPolicies(100)),
                mesh("weft-10000-rules", own, "", new WeftPolicies(10_000)),
                mesh("weft-flags", own, settings.jvmFlags(), WeftPolicies.CONNECTIONS),
                mesh("weft-other", settings.otherWeft(), "", WeftPolicies.CONNECTIONS),
                mesh("weft-http-other", settings.otherWeft(), "", new WeftPolicies(1)));
        Map<String, IntFunction<ProxyPair>> known = new LinkedHashMap<>();
        peers.forEach(peer -> known.put(peer.name(), port -> new PeerPair(peer, site, port)));
        known.put("direct", _ -> new Direct(site));
        meshes.forEach(mesh -> known.put(mesh.name(), _ -> new WeftPair(mesh)));
        return known;
    }

    private WeftMesh mesh(String name, Path command, String jvmFlags, WeftPolicies policies) {
        return new WeftMesh(name, command, jvmFlags, policies, folder, settings.loadCore(), settings.proxyCore());
    }

    @Override
    public void close() {
        closings.reversed().forEach(Runnable::run);
    }
}
