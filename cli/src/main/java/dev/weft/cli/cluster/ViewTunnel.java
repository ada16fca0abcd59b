package dev.weft.cli.cluster;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to a control plane in a cluster for who may look at the mesh and not exec: a kubectl that forwards a port, and a token of a
 * ServiceAccount that may look.
 */
final class ViewTunnel implements AutoCloseable {

    private static final Pattern FORWARDING = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d{1,5}) -> .*");
    private static final int MAX_COMPLAINT = 2_000;
    private static final long SECONDS = 20;

    private final Process kubectl;
    private final int port;
    private final String token;

    private ViewTunnel(Process kubectl, int port, String token) {
        this.kubectl = kubectl;
        this.port = port;
        this.token = token;
    }

    /**
     * Opens it.
     *
     * @param account the ServiceAccount, {@code namespace/name}
     * @throws CommandFailure if there is no token, or the port cannot be forwarded (WEFT-L303)
     */
    static ViewTunnel open(Kubectl kubectl, String account) {
        String token = new Answers(kubectl).text(kubectl.token(account)).strip();
        String pod = Leader.pod(kubectl.holder()).orElseThrow(() -> failure("no pod leads", ""));
        Process process;
        try {
            process = new ProcessBuilder(kubectl.forward(pod)).start();
        } catch (IOException e) {
            throw failure("kubectl does not run", String.valueOf(e.getMessage()));
        }
        CompletableFuture<String> complaint = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        Optional<Integer> port = port(process);
        if (port.isEmpty()) {
            process.destroy();
            throw failure("kubectl forwards no port of " + pod, complaint.join().strip());
        }
        return new ViewTunnel(process, port.get(), token);
    }

    private static Optional<Integer> port(Process kubectl) {
        BufferedReader lines = kubectl.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> {
            try {
                return String.valueOf(lines.readLine());
            } catch (IOException _) {
                return "";
            }
        });
        try {
            Matcher forwarding = FORWARDING.matcher(first.get(SECONDS, TimeUnit.SECONDS));
            return forwarding.matches() ? Optional.of(Integer.parseInt(forwarding.group(1))) : Optional.empty();
        } catch (ExecutionException | TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String read(InputStream from) {
        try (from) {
            return new String(from.readNBytes(MAX_COMPLAINT), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }

    private static CommandFailure failure(String what, String words) {
        return new CommandFailure(
                ExitCode.FAILED,
                ClusterMesh.UNREACHED,
                "the control plane cannot be looked at: " + what + (words.isEmpty() ? "" : ": " + words),
                "this takes kubectl, and what the Role weft-viewer of namespace weft-system allows");
    }

    /** The port of this machine that leads there. */
    int port() {
        return port;
    }

    /** What to show there. */
    String token() {
        return token;
    }

    @Override
    public void close() {
        kubectl.destroy();
    }
}
