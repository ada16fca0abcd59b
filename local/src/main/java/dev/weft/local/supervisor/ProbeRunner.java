package dev.weft.local.supervisor;

import dev.weft.mesh.model.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runs probes in the same way as the kubelet: over the network from outside of the pod to the pod's address, or by a
 * command in the pod.
 */
final class ProbeRunner {

    private static final int MAX_STATUS_LINE_BYTES = 256;
    private static final int FIRST_SUCCESS = 200;
    private static final int FIRST_FAILURE = 400;
    private static final String LISTEN = "0A";

    private ProbeRunner() {}

    /** Throws with the reason if a GET of this path does not succeed. */
    static void httpGet(String address, int port, String path, Duration timeout) throws IOException {
        try (Socket socket = connect(address, port, timeout)) {
            socket.setSoTimeout((int) timeout.toMillis());
            String request = "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: weft-probe\r\nConnection: close\r\n\r\n"
                    .formatted(path, address, port);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String line = statusLine(socket.getInputStream());
            int status = status(line);
            if (status < FIRST_SUCCESS || status >= FIRST_FAILURE) {
                throw new IOException(
                        "GET %s on port %d answered %d (expected: 200-399)".formatted(path, port, status));
            }
        }
    }

    /** Throws with the reason if the port does not accept a connection. */
    static void tcpSocket(String address, int port, Duration timeout) throws IOException {
        connect(address, port, timeout).close();
    }

    /** Throws with the reason if the command does not succeed. */
    static void exec(ProcessBuilder command, Duration timeout) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(timeout)) {
            // The command itself is a child of the process that enters the pod.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IOException("probe command took longer than " + timeout.toMillis() + " ms");
        }
        if (process.exitValue() != 0) {
            throw new IOException("probe command: " + SupervisedProcess.describe(process.exitValue()));
        }
    }

    /**
     * Throws with the reason if nothing listens on one of these ports in the network namespace of this process. Makes
     * no connections.
     */
    static void listening(long pausePid, List<Workload.Port> ports) throws IOException {
        listening(Path.of("/proc", Long.toString(pausePid), "net"), ports);
    }

    /** @param net directory in which the kernel shows the sockets */
    static void listening(Path net, List<Workload.Port> ports) throws IOException {
        List<Workload.Port> missing = missing(net, "tcp6", missing(net, "tcp", ports));
        if (!missing.isEmpty()) {
            throw new IOException(
                    "nothing listens on port " + missing.getFirst().port());
        }
    }

    /**
     * Returns the ports that no entry of a table listens on. The table is read only if ports are left, because reading
     * it takes the kernel long.
     */
    private static List<Workload.Port> missing(Path net, String name, List<Workload.Port> ports) throws IOException {
        Path file = net.resolve(name);
        if (ports.isEmpty() || !Files.exists(file)) {
            return ports;
        }
        String table = Files.readString(file);
        return ports.stream().filter(port -> !listensOn(table, port.port())).toList();
    }

    static boolean listensOn(String table, int port) {
        String suffix = ":%04X".formatted(port);
        return table.lines()
                .map(line -> line.strip().split("\\s+", -1))
                .anyMatch(fields -> fields.length > 3 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN));
    }

    private static Socket connect(String address, int port, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("port %d: %s".formatted(port, e.getMessage()), e);
        }
    }

    private static String statusLine(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0 || line.length() == MAX_STATUS_LINE_BYTES) {
                throw new IOException("no HTTP status line");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private static int status(String line) throws IOException {
        String[] words = line.strip().split(" ", 3);
        try {
            return Integer.parseInt(words[1]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("not an HTTP status line: " + line, e);
        }
    }
}
