package dev.weft.local.supervisor;

import dev.weft.local.command.Commands;
import dev.weft.proxy.capture.CaptureRules;
import dev.weft.proxy.capture.CaptureSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the sidecar of a machine outside of the mesh, with the same program and rules as in pods, in the namespaces of
 * this process.
 */
public final class MachineSidecar {

    private MachineSidecar() {}

    /**
     * Returns a builder that starts a sidecar with these flags.
     *
     * @param temporary directory for temporary files
     */
    public static ProcessBuilder process(List<String> flags, Path temporary) {
        List<String> jvm = new ArrayList<>(SidecarJvm.sidecar(temporary));
        jvm.addAll(SidecarJvm.chosen(System.getenv()));
        List<String> command = Programs.java(jvm, ClassCache.SIDECAR, "dev.weft.proxy.ProxyMain");
        command.addAll(flags);
        return Programs.process(command);
    }

    /**
     * Captures all traffic for the sidecar, with the given exceptions. Replaces earlier rules.
     *
     * @param skipInboundPorts ports of this machine that others reach without the sidecar
     * @param skipOutboundPorts remote ports that this machine reaches without the sidecar
     * @param excluded address ranges that this machine reaches without the sidecar
     * @param datagrams which UDP and similar traffic is admitted
     * @param nameServers name servers whose queries the sidecar answers
     * @throws IOException if the rules cannot be loaded; then nothing has changed
     */
    public static void capture(
            List<Integer> skipInboundPorts,
            List<Integer> skipOutboundPorts,
            List<String> excluded,
            CaptureSettings.Datagrams datagrams,
            List<InetAddress> nameServers)
            throws IOException, InterruptedException {
        load(CaptureRules.install(CaptureSettings.standard()
                .skipping(skipInboundPorts, skipOutboundPorts)
                .excluding(excluded)
                .admitting(datagrams)
                .answering(nameServers)));
    }

    /** Removes the capture rules, if there are any. */
    public static void release() throws IOException, InterruptedException {
        load(CaptureRules.remove());
    }

    private static void load(String rules) throws IOException, InterruptedException {
        Commands.run(List.of("nft", "-f", "-"), rules);
    }
}
