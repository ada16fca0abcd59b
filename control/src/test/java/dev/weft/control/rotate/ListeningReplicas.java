package dev.weft.control.rotate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Which replicas of a control plane listen where: each is told of the others, as the platform does. */
final class ListeningReplicas {

    private final Map<String, InetSocketAddress> listening = new ConcurrentHashMap<>();
    private final List<Runnable> tellAll = new CopyOnWriteArrayList<>();

    /** A replica listens on this port of the loopback address. */
    void add(String name, int port) {
        listening.put(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        tellAll.forEach(Runnable::run);
    }

    /** A replica listens no more. */
    void remove(String name) {
        listening.remove(name);
        tellAll.forEach(Runnable::run);
    }

    /** Tells a replica of the others, now and after each change. */
    void follow(String name, Consumer<Map<String, InetSocketAddress>> changed) {
        Runnable tell = () -> {
            Map<String, InetSocketAddress> others = new HashMap<>(listening);
            others.remove(name);
            changed.accept(others);
        };
        tellAll.add(tell);
        tell.run();
    }
}
