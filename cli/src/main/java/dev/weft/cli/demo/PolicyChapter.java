package dev.weft.cli.demo;

import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.Sidecars;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Chapter: the mesh file is saved with another policy, which is in force at once, also for a connection that is open.
 */
record PolicyChapter(Scene scene, Teller teller, Load load) {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Script that fetches a page and then keeps its connection open without using it. */
    private static final String LIVE_CONNECTION = """
        exec 3<>/dev/tcp/api.shop/80
        printf 'GET /hello.txt HTTP/1.1\\r\\nHost: api.shop\\r\\n\\r\\n' >&3
        exec cat <&3
        """;

    void tell() throws IOException, InterruptedException {
        teller.chapter("The policy changes while connections are open");
        admit();
        Process live = scene.start(Scene.BATCH, "bash", "-c", LIVE_CONNECTION);
        try {
            if (awaitGreeting(live)) {
                revoke(live);
            }
        } finally {
            Scene.stop(live);
        }
    }

    private void admit() throws IOException, InterruptedException {
        scene.files().allow(List.of("web", "batch"));
        long saved = System.nanoTime();
        boolean admitted = false;
        while (!admitted && since(saved).compareTo(LONGEST) < 0) {
            admitted = scene.curl(Scene.BATCH, "http://api.shop/hello.txt").exit() == 0;
        }
        Duration took = since(saved);
        teller.check(
                admitted && took.compareTo(LIMIT) < 0,
                "saved: " + teller.name(Scene.BATCH) + " may call too. In force after " + took.toMillis() + " ms");
    }

    private boolean awaitGreeting(Process live) throws IOException, InterruptedException {
        CompletableFuture<Boolean> greeted = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                greeted.complete(readUntil(live.getInputStream(), DemoFiles.GREETING));
            } catch (IOException e) {
                greeted.completeExceptionally(new UncheckedIOException(e));
            }
        });
        boolean open;
        try {
            open = greeted.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            open = false;
        }
        boolean seen = connections().contains(Scene.IDENTITY_PREFIX + "batch");
        return teller.check(
                open && seen && live.isAlive(),
                teller.name(Scene.BATCH) + " got a page and keeps its connection, which 'weft connections' shows");
    }

    private List<String> connections() throws IOException {
        return new Sidecars(new LocalMesh(scene.mesh()), Operator.PATIENCE)
                .connections(List.of(Member.of(scene.workload(Scene.SERVER)))).stream()
                        .flatMap(answer -> answer.answer().stream())
                        .flatMap(all -> all.listed().stream())
                        .map(connection -> String.valueOf(connection.peerIdentity()))
                        .toList();
    }

    private void revoke(Process live) throws IOException, InterruptedException {
        long failedBefore = load.failed();
        scene.files().allow(List.of("web"));
        long saved = System.nanoTime();
        boolean closed = live.waitFor(LONGEST);
        Duration took = since(saved);
        teller.check(
                closed && took.compareTo(LIMIT) < 0,
                "saved: only " + teller.name(Scene.CALLER) + " may call. The open connection "
                        + (closed ? "was closed after " + took.toMillis() + " ms" : "was not closed"));
        teller.check(load.failed() == failedBefore, teller.name(Scene.CALLER) + "'s own connections went on meanwhile");
    }

    private static boolean readUntil(InputStream stream, String expected) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4096];
        int read;
        while ((read = stream.read(buffer)) > 0) {
            text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            if (text.indexOf(expected) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
