package dev.weft.cli.cluster;

import dev.weft.control.view.ViewServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How kubectl is called.
 *
 * @param context the context in its configuration; the current one if empty
 * @param kubeconfig its configuration file; the default one if empty
 */
public record Kubectl(String program, Optional<String> context, Optional<String> kubeconfig) {

    /** The environment variable that names the kubectl to use; without it, {@code kubectl} on PATH. */
    public static final String VARIABLE = "WEFT_KUBECTL";

    /** The default ServiceAccount for viewing the mesh. */
    public static final String VIEWER = "weft-system/weft-viewer";

    private static final String VIEW_AUDIENCE = "weft-view";
    private static final String SYSTEM = "weft-system";
    private static final String CONTROL_PLANE = "deployment/weft-control";
    private static final String OPERATOR_SOCKET = "/var/lib/weft/state/operator.sock";
    private static final String ADMIN_SOCKET = "/var/run/weft/run/admin.sock";

    /** Returns the kubectl that the process's environment names, for this context and this configuration file. */
    public static Kubectl of(Map<String, String> environment, Optional<String> context, Optional<String> kubeconfig) {
        return new Kubectl(environment.getOrDefault(VARIABLE, "kubectl"), context, kubeconfig);
    }

    /**
     * Returns the arguments that print the holder of the control plane's Lease: the leader's pod and, after a _, its
     * process.
     */
    List<String> holder() {
        return List.of(
                "--namespace", SYSTEM, "get", "lease", "weft-control", "--output", "jsonpath={.spec.holderIdentity}");
    }

    /**
     * Returns the command whose standard input and output lead to the control plane's operator socket.
     *
     * @param pod the leader; any pod of the control plane if empty
     */
    List<String> operator(Optional<String> pod) {
        return converse(SYSTEM, pod.map(name -> "pod/" + name).orElse(CONTROL_PLANE), "weft-control", OPERATOR_SOCKET);
    }

    /**
     * Returns the arguments that print a token of a ServiceAccount for the control plane's viewers' port.
     *
     * @param account {@code namespace/name}
     */
    String[] token(String account) {
        int slash = account.indexOf('/');
        String namespace = slash < 0 ? SYSTEM : account.substring(0, slash);
        String name = account.substring(slash + 1);
        return new String[] {
            "--namespace", namespace, "create", "token", name, "--audience", VIEW_AUDIENCE, "--duration", "1h"
        };
    }

    /**
     * Returns the command that forwards a port of this machine to the control plane's viewers' port, and prints the
     * port.
     */
    List<String> forward(String pod) {
        List<String> command = base(SYSTEM);
        command.addAll(List.of("port-forward", "pod/" + pod, "--address", "127.0.0.1", ":" + ViewServer.PORT));
        return command;
    }

    /** Returns the command whose standard input and output lead to the admin socket of a pod's sidecar. */
    List<String> sidecar(String namespace, String pod) {
        return converse(namespace, "pod/" + pod, "weft-proxy", ADMIN_SOCKET);
    }

    /** Returns the command that prints the log of the control plane. */
    public List<String> controlLog(List<String> options) {
        return log(SYSTEM, CONTROL_PLANE, options, List.of("--container", "weft-control"));
    }

    /** Returns the command that prints the log of a pod's application. */
    public List<String> applicationLog(String namespace, String pod, List<String> options) {
        return log(namespace, "pod/" + pod, options, List.of());
    }

    /** Returns the command that prints the log of a pod's sidecar. */
    public List<String> sidecarLog(String namespace, String pod, List<String> options) {
        return log(namespace, "pod/" + pod, options, List.of("--container", "weft-proxy"));
    }

    private List<String> log(String namespace, String target, List<String> options, List<String> container) {
        List<String> command = base(namespace);
        command.addAll(List.of("logs", target));
        command.addAll(container);
        command.addAll(options);
        return command;
    }

    private List<String> converse(String namespace, String target, String container, String socket) {
        List<String> command = base(namespace);
        command.addAll(List.of("exec", "--stdin", target, "--container", container));
        command.addAll(List.of("--", "/usr/bin/weft-operator", socket));
        return command;
    }

    private List<String> base(String namespace) {
        return command(List.of("--namespace", namespace));
    }

    /** Returns the kubectl command with these arguments, for the chosen cluster. */
    public List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        context.ifPresent(name -> command.addAll(List.of("--context", name)));
        kubeconfig.ifPresent(file -> command.addAll(List.of("--kubeconfig", file)));
        command.addAll(arguments);
        return command;
    }
}
