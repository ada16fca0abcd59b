package dev.weft.cli.link;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.daemon.launch.RelayMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that is kubectl for two contexts, {@code east} and {@code west}. What is applied becomes a file of the registry of that
 * context's control plane; what is asked is answered from files.
 */
final class TwoContexts {

    /** With marks for the folder, java, its class path, and what carries a connection. */
    private static final String SCRIPT = """
        #!/bin/sh
        echo "$@" >>'@folder@/asked'
        context=$2
        home=@folder@/$context
        for word in "$@"; do case $word in *.example) object=$word ;; esac; done
        case "$*" in
        *" get lease "*) echo weft-control-0_12ab ;;
        *" exec "*) exec '@java@' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '@classes@' @relay@ "$home/socket" ;;
        *" get service weft-peering "*) cat "$home/service" ;;
        *" get servicecidrs "*) cat "$home/services" ;;
        *component=kube-controller-manager*) cat "$home/commands" ;;
        *" get nodes "*) cat "$home/pods" ;;
        *" get trustdomains.weft.dev "*)
            file=$home/registry/$object.yaml
            [ -e "$file" ] || exit 0
            managed='' state=''
            grep -q weft-link "$file" && managed=weft-link
            grep -q Disabled "$file" && state=Disabled
            echo '{"metadata": {"labels": {"app.kubernetes.io/managed-by": "'$managed'"}},'
            printf %s ' "spec": {"state": "'$state'", "anchors": "'
            sed -n '/BEGIN CERT/,/END CERT/s/^ *//p' "$file" | awk '{ printf "%s\\\\n", $0 }'
            echo '"}}' ;;
        *" delete trustdomains.weft.dev "*)
            [ -e "$home/keeps-all" ] && { echo 'the server is away' >&2; exit 1; }
            rm "$home/registry/$object.yaml" ;;
        *" apply "*)
            text=$(cat)
            if [ -e "$home/refuses" ]; then
                echo 'Apply failed with 1 conflict: conflict with manager "kubectl"' >&2
                exit 1
            fi
            case "$*" in *--dry-run=server*) exit 0 ;; esac
            [ -e "$home/full" ] && { echo 'exceeded quota' >&2; exit 1; }
            object=$(printf '%s\n' "$text" | sed -n 's/^  name: //p')
            printf '%s\n' "$text" >"$home/next"
            if [ -e "$home/keeps" ]; then
                printf '  state: Disabled\n  reason: it was stolen\n' >>"$home/next"
            fi
            mv "$home/next" "$home/registry/$object.yaml" ;;
        *) echo "what is $*?" >&2; exit 1 ;;
        esac
        """;

    private final Path directory;
    private final Path kubectl;

    TwoContexts(Path directory) throws IOException {
        this.directory = directory;
        for (String context : new String[] {"east", "west"}) {
            Files.createDirectories(registry(context));
            Files.createSymbolicLink(
                    home(context).resolve("socket"), state(context).resolve("operator.sock"));
            for (String empty : new String[] {"service", "pods", "services", "commands"}) {
                Files.writeString(home(context).resolve(empty), "");
            }
        }
        kubectl = Files.writeString(
                directory.resolve("kubectl"),
                SCRIPT.replace("@folder@", directory.toString())
                        .replace(
                                "@java@",
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString())
                        .replace("@classes@", System.getProperty("java.class.path"))
                        .replace("@relay@", RelayMain.class.getName()));
        if (!kubectl.toFile().setExecutable(true)) {
            throw new IOException(kubectl + " cannot be made executable");
        }
    }

    private Path home(String context) {
        return directory.resolve(context);
    }

    Path kubectl() {
        return kubectl;
    }

    /** The folder of objects of a context's control plane. */
    Path registry(String context) {
        return home(context).resolve("registry");
    }

    Path state(String context) {
        return home(context).resolve("state");
    }

    /** The control plane is reached by a load balancer. */
    void service(String context, int port, int bundlePort) throws IOException {
        service(context, """
            {"spec": {"type": "LoadBalancer", "ports": [{"name": "grpc", "port": %d}, {"name": "bundle", "port": %d}]},
             "status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}}
            """.formatted(port, bundlePort));
    }

    /** @param json of the Service weft-peering; there is none if empty */
    void service(String context, String json) throws IOException {
        Files.writeString(home(context).resolve("service"), json);
    }

    /** @param pods of each node, and {@code services} of the cluster, divided by spaces */
    void networks(String context, String pods, String services) throws IOException {
        Files.writeString(home(context).resolve("pods"), pods + "\n");
        Files.writeString(home(context).resolve("services"), services + "\n");
    }

    /** The controller manager is a pod that says the range of all pods. */
    void wholeCluster(String context, String pods) throws IOException {
        Files.writeString(
                home(context).resolve("commands"),
                "[\"kube-controller-manager\",\"--cluster-cidr=" + pods + "\",\"--leader-elect=true\"]\n");
    }

    /** The API server takes nothing, as somebody else wrote it. */
    void refuses(String context) throws IOException {
        Files.createFile(home(context).resolve("refuses"));
    }

    /** The API server takes what is shown to it in a dry run, and then does not take it. */
    void isFull(String context) throws IOException {
        Files.createFile(home(context).resolve("full"));
    }

    /** The API server does not delete. */
    void keepsAll(String context) throws IOException {
        Files.createFile(home(context).resolve("keeps-all"));
    }

    /** What is applied leaves the state as it was, which is disabled. */
    void keepsState(String context) throws IOException {
        Files.createFile(home(context).resolve("keeps"));
    }

    /** The context leads to the control plane of another one. */
    void sameState(String context, String other) throws IOException {
        Files.delete(home(context).resolve("socket"));
        Files.createSymbolicLink(home(context).resolve("socket"), state(other).resolve("operator.sock"));
    }

    /** An object that somebody writes. */
    void write(String context, String trustDomain, String object) throws IOException {
        Files.writeString(registry(context).resolve(trustDomain + ".yaml"), object);
    }

    /**
     * The object of west.example as a link wrote it; more lines of its spec may follow.
     *
     * @param context whose control plane has the anchors
     */
    String linkedTo(String context) throws IOException {
        Kubectl asking = new Kubectl(kubectl.toString(), Optional.of(context), Optional.empty());
        return """
            apiVersion: weft.dev/v1alpha1
            kind: TrustDomain
            metadata: {name: west.example, labels: {app.kubernetes.io/managed-by: weft-link}}
            spec:
              anchors: |
            """ + LinkedCluster.open(asking).anchors().indent(4);
    }

    /** The object of a trust domain as it is there; empty if there is none. */
    String object(String context, String trustDomain) throws IOException {
        Path file = registry(context).resolve(trustDomain + ".yaml");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Each call of the program, a line. */
    String asked() throws IOException {
        return Files.readString(directory.resolve("asked"));
    }
}
