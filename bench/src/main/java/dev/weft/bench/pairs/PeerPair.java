package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Pod;
import dev.weft.bench.lab.Program;
import dev.weft.bench.lab.WebServer;
import dev.weft.bench.load.LoadAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Two peers in the two pods of the bench. Each pair has its own ports, so all pairs can run at the same time. */
final class PeerPair implements ProxyPair {
    record Site(
            Pod client,
            Pod server,
            LoadAgent load,
            Certificates certificates,
            Path folder,
            int loadCore,
            int proxyCore) {
        List<String> besideClient(List<String> program) {
            return client.command(loadCore, program);
        }
    }

    /** Difference between a pair's HTTP/2 port and its port. */
    private static final int TO_HTTP2 = 100;

    private final Peer peer;
    private final Site site;
    private final int port;
    private final Path clientFile;
    private final Path serverFile;
    private List<Program> programs = List.of();

    PeerPair(Peer peer, Site site, int port) {
        this.peer = peer;
        this.site = site;
        this.port = port;
        Peer.Hop out = new Peer.Hop(port, site.server().address(), port);
        Peer.Hop in = new Peer.Hop(port, "127.0.0.1", WebServer.PORT);
        clientFile = site.folder().resolve(peer.name() + "-client.conf");
        serverFile = site.folder().resolve(peer.name() + "-server.conf");
        try {
            Peer.Hop out2 = new Peer.Hop(port + TO_HTTP2, site.server().address(), port + TO_HTTP2);
            Peer.Hop in2 = new Peer.Hop(port + TO_HTTP2, "127.0.0.1", WebServer.HTTP2_PORT);
            Certificates certificates = site.certificates();
            Files.writeString(
                    clientFile, peer.clientSide(out, certificates) + peer.http2ClientSide(out2, certificates));
            Files.writeString(serverFile, peer.serverSide(in, certificates) + peer.http2ServerSide(in2, certificates));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public String description() {
        return peer.version();
    }

    @Override
    public Target target() {
        return new Target("127.0.0.1", port);
    }

    @Override
    public Optional<Target> http2Target() {
        return peer.carriesHttp2() ? Optional.of(new Target("127.0.0.1", port + TO_HTTP2)) : Optional.empty();
    }

    @Override
    public List<String> besideClient(List<String> program) {
        return site.besideClient(program);
    }

    @Override
    public LoadAgent load() {
        return site.load();
    }

    @Override
    public List<Integer> processes() {
        return programs.stream().map(Program::pid).toList();
    }

    @Override
    public void restart() {
        close();
        programs = List.of(start(site.client(), clientFile), start(site.server(), serverFile));
        FirstRequest.await(
                this,
                () -> "client side: " + programs.getFirst().lastWords() + "\nserver side: "
                        + programs.getLast().lastWords());
    }

    private Program start(Pod pod, Path configuration) {
        Path log = Path.of(configuration + ".log");
        return Program.start(pod.command(site.proxyCore(), peer.command(configuration)), log);
    }

    @Override
    public void close() {
        programs.forEach(Program::close);
        programs = List.of();
    }
}
