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

    /** What runs a conversation with the control plane on its standard input and output. */
    List<String> operator() {
        List<String> command = new ArrayList<>(List.of(program));
        context.ifPresent(name -> command.addAll(List.of("--context", name)));
        kubeconfig.ifPresent(file -> command.addAll(List.of("--kubeconfig", file)));
        command.addAll(List.of("--namespace", "weft-system", "exec", "--stdin", "deployment/weft-control"));
        command.addAll(List.of("--container", "weft-control", "--", "/usr/bin/weft-operator", SOCKET));
        return command;
    }
}
