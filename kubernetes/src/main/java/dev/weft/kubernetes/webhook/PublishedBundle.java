package dev.weft.kubernetes.webhook;

/** Where API servers read which authorities the webhook's certificate may be of. */
interface PublishedBundle {

    /**
     * Has it say these.
     *
     * @param certificates PEM
     * @return whether it says them now; false where no webhook is configured
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not let it
     */
    boolean publish(String certificates);
}
