package dev.weft.control.server;

import dev.weft.daemon.metrics.Metrics;

/** What the gate of a listener counts, as its metrics show it. */
record GateGauges(Metrics metrics) {

    int connections() {
        return gauge("weft_control_connections");
    }

    int unproven() {
        return gauge("weft_control_connections_unproven");
    }

    int waiting() {
        return gauge("weft_control_connections_waiting");
    }

    int requestBytes() {
        return gauge("weft_control_request_bytes");
    }

    private int gauge(String name) {
        return metrics.text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> (int) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
