package dev.weft.bench.pairs;

import dev.weft.bench.lab.WebServer;
import dev.weft.bench.load.LoadAgent;
import java.util.List;
import java.util.Optional;

/** No proxy at all. It shows the limits of load generator, network and web server. */
record Direct(PeerPair.Site site) implements ProxyPair {
    @Override
    public String name() {
        return "direct";
    }

    @Override
    public String description() {
        return "no proxy, no TLS";
    }

    @Override
    public Target target() {
        return new Target(site.server().address(), WebServer.PORT);
    }

    @Override
    public Optional<Target> http2Target() {
        return Optional.of(new Target(site.server().address(), WebServer.HTTP2_PORT));
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
        return List.of();
    }

    @Override
    public void restart() {}

    @Override
    public void close() {}
}
