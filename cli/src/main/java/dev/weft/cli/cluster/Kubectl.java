package dev.weft.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How kubectl is called.
 *
 * @param program its name or path
 * @param context which of the contexts of its configuration; its current one if empty
 * @param kubeconfig its configuration; its usual one if empty
 */
public record Kubectl(String program, Optional<String> context, Optional<String> kubeconfig) {

    /** Names the kubectl to use; {@code kubectl} on PATH otherwise. */
    public static final String VARIABLE = "WEFT_KUBECTL";

    private static final String SOCKET = "/var/lib/weft/state/operator.sock";

    /** What prints who holds the Lease of the control plane: the leader's pod and, after a _, its process. */
    List<String> holder() {
        List<String> command = base();
        command.addAll(List.of("get", "lease", "weft-control", "--output", "jsonpath={.spec.holderIdentity}"));
        return command;
    }

    /**
     * What runs a conversation with the control plane on its standard input and output.
     *
     * @param pod the leader; any pod of the control plane if empty
     */
    List<String> operator(Optional<String> pod) {
        List<String> command = base();
        command.addAll(List.of("exec", "--stdin", pod.map(name -> "pod/" + name).orElse("deployment/weft-control")));
        command.addAll(List.of("--container", "weft-control", "--", "/usr/bin/weft-operator", SOCKET));
        return command;
    }

    private List<String> base() {
        List<String> command = new ArrayList<>(List.of(program));
        context.ifPresent(name -> command.addAll(List.of("--context", name)));
        kubeconfig.ifPresent(file -> command.addAll(List.of("--kubeconfig", file)));
        command.addAll(List.of("--namespace", "weft-system"));
        return command;
    }
}
