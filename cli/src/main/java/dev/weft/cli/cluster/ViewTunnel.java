package dev.weft.cli.cluster;

import dev.weft.cli.failure.CommandFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection to the control plane in a cluster for users who may look at the mesh but not exec: a kubectl process
 * that forwards a port, and a token of a ServiceAccount that may look.
 */
final class ViewTunnel implements AutoCloseable {

    private static final Pattern FORWARDING = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d{1,5}) -> .*");
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
     * Opens the tunnel.
     *
     * @param account the ServiceAccount, {@code namespace/name}
     * @throws CommandFailure if there is no token, or the port cannot be forwarded (WEFT-L303)
     */
    static ViewTunnel open(Kubectl kubectl, String account) {
        String token = token(kubectl, account);
        String pod = Leader.pod(kubectl, Leader.PATIENCE).orElseThrow(() -> failure("no pod leads", ""));
        Process process;
        try {
            process = new ProcessBuilder(kubectl.forward(pod)).start();
        } catch (IOException e) {
            throw failure("kubectl does not run", String.valueOf(e.getMessage()));
        }
        KubectlOutput output = KubectlOutput.of(process);
        Optional<Integer> port = output.firstLine(SECONDS)
                .map(FORWARDING::matcher)
                .filter(Matcher::matches)
                .map(forwarding -> Integer.parseInt(forwarding.group(1)));
        if (port.isEmpty()) {
            String complaint = output.complaint(); // before the process is destroyed, which would discard its output
            process.destroy();
            throw failure("kubectl forwards no port of " + pod, complaint);
        }
        return new ViewTunnel(process, port.get(), token);
    }

    private static String token(Kubectl kubectl, String account) {
        try {
            return new KubectlClient(kubectl).text(kubectl.token(account)).strip();
        } catch (CommandFailure e) {
            if (account.equals(Kubectl.VIEWER) && KubectlClient.isForbidden(e.what())) {
                throw failure("no token of the ServiceAccount " + account, e.what());
            }
            throw e;
        }
    }

    private static CommandFailure failure(String what, String words) {
        return CommandFailure.failed(
                ClusterMesh.UNREACHED,
                "the control plane cannot be viewed: " + what + (words.isEmpty() ? "" : ": " + words),
                "this needs the Role weft-viewer of namespace weft-system; who may grant it:"
                        + " kubectl -n weft-system create rolebinding weft-viewer-NAME --role=weft-viewer --user=NAME"
                        + " (or --group=NAME)");
    }

    boolean isAlive() {
        return kubectl.isAlive();
    }

    int port() {
        return port;
    }

    String token() {
        return token;
    }

    @Override
    public void close() {
        kubectl.destroy();
    }
}
