package controlplane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// An authority of this run alone, what it signs for the API server, and the key of service account
// tokens.
type certificates struct {
	authority, certificate, key, accounts string // files
}

// The first address of the Services is the API server's.
func makeCertificates(folder, address string) (certificates, error) {
	files := certificates{
		authority:   filepath.Join(folder, "ca.crt"),
		certificate: filepath.Join(folder, "apiserver.crt"),
		key:         filepath.Join(folder, "apiserver.key"),
		accounts:    filepath.Join(folder, "service-accounts.key"),
	}
	authorityKey, err := newKey("")
	if err != nil {
		return files, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "e2e"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(365 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	authority, err := sign(files.authority, template, template, authorityKey, authorityKey)
	if err != nil {
		return files, err
	}
	key, err := newKey(files.key)
	if err != nil {
		return files, err
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "kube-apiserver"},
		NotBefore:    template.NotBefore,
		NotAfter:     template.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "kubernetes.default.svc"},
		IPAddresses:  []net.IP{net.ParseIP(address), net.IPv4(10, 0, 0, 1)},
	}
	if _, err := sign(files.certificate, server, authority, key, authorityKey); err != nil {
		return files, err
	}
	_, err = newKey(files.accounts)
	return files, err
}

func newKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil || path == "" {
		return key, err
	}
	bytes, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(path, "EC PRIVATE KEY", bytes)
}

func sign(path string, template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) (*x509.Certificate, error) {
	bytes, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		return nil, err
	}
	if err := writePEM(path, "CERTIFICATE", bytes); err != nil {
		return nil, err
	}
	return x509.ParseCertificate(bytes)
}

func writePEM(path, kind string, bytes []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600)
}

func newToken() (string, error) {
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	return hex.EncodeToString(bytes), err
}
