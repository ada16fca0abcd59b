package dev.weft.local.supervisor;

import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.StateFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main class of a mesh's process: runs the mesh's supervisor until the mesh is to end. */
public final class MeshSupervision {

    private static final Logger LOG = LoggerFactory.getLogger(MeshSupervision.class);

    private MeshSupervision() {}

    /** Runs a mesh. It is started by {@code weft up}, not by people, inside the mesh's namespaces. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        run(SupervisorOptions.parse(List.of(arguments)), System.in);
    }

    /**
     * Runs a mesh until SIGTERM, or until this input ends without the line {@code detach}. The end of the input means
     * that the command at the other end has ended, for whatever reason. Removes the state directory at the end; after a
     * failure the directory stays, with its logs.
     */
    private static void run(SupervisorOptions options, InputStream starter) throws IOException, InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            end.countDown();
            awaitQuietly(ended);
        }));
        Thread.ofPlatform().daemon().name("starter").start(() -> watch(starter, end));
        try {
            supervise(options, end);
            StateFiles.deleteTree(options.state().directory());
        } catch (IOException | RuntimeException e) {
            LOG.error("mesh {} failed", options.name(), e);
            throw e;
        } finally {
            // The shutdown hook waits for this; without it, the process would never end.
            ended.countDown();
        }
    }

    private static void supervise(SupervisorOptions options, CountDownLatch end)
            throws IOException, InterruptedException {
        Events events = new Events(options.state().events());
        try (MeshSource source = new MeshSource(options.file(), TrustDomain.parse(options.trustDomain()));
                Supervisor supervisor = new Supervisor(
                        options, source, PodNetwork.create(options.network()), tokenKeeper(options), events)) {
            supervisor.start();
            end.await();
        }
    }

    /** Returns what keeps the join tokens. Creates the control plane's state first, because the tokens are in it. */
    private static TokenKeeper tokenKeeper(SupervisorOptions options) throws IOException {
        MeshState state = options.state();
        TrustDomain trustDomain = TrustDomain.parse(options.trustDomain());
        ControlState.initialise(state.control(), trustDomain, Clock.systemUTC());
        Path directory = state.control().resolve("tokens");
        JoinTokens tokens = new JoinTokens(directory, Clock.systemUTC());
        return new TokenKeeper(
                (identity, workload, lifetime) ->
                        tokens.create(SpiffeId.parse(identity), workload.toString(), lifetime),
                directory,
                Clock.systemUTC());
    }

    private static void watch(InputStream starter, CountDownLatch end) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(starter, StandardCharsets.US_ASCII))) {
            if (MeshLauncher.DETACH.equals(lines.readLine())) {
                return;
            }
            LOG.info("the command that this mesh is attached to is gone");
        } catch (IOException e) {
            LOG.info("the command that this mesh is attached to cannot be reached: {}", e.getMessage());
        }
        end.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
