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

/** A pair of peers in the two pods of the bench, on ports of their own so that all pairs can be up at once. */
final class PeerPair implements ProxyPair {
    /** Where pairs of peers live. */
    record Site(Pod client, Pod server, LoadAgent load, Certificates certificates, Path folder, int proxyCore) {}

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
            Files.writeString(clientFile, peer.clientSide(out, site.certificates()));
            Files.writeString(serverFile, peer.serverSide(in, site.certificates()));
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
